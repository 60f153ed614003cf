import type { Commented, KindDefinition, Owned } from '../definition.js';
import type { QualifiedName } from './table.js';

/** PostgreSQL manual, 14.2.2. Extended statistics may be in another schema than their table. */
export interface Statistics extends Commented, Owned {
  readonly schema: string;
  readonly name: string;
  readonly of: QualifiedName;
  /** Absent for statistics of a single expression, which do not have kinds. */
  readonly kinds?: readonly ('ndistinct' | 'dependencies' | 'mcv')[];
  readonly columns?: readonly string[];
  readonly expressions?: readonly string[];
  readonly target?: number;
}

export const statistics: KindDefinition<Statistics, 'schema' | 'name'> = {
  noun: 'statistics',
  identity: ['schema', 'name'],
  catalogs: ['pg_statistic_ext'],
  expressions: { expressions: 'whole' },
  facts: {
    of: 'physical',
    kinds: 'physical',
    columns: 'physical',
    expressions: 'physical',
    target: 'physical',
    comment: 'comments',
    owner: 'privileges',
  },
  added: 'physical',
  removed: 'physical',
};
