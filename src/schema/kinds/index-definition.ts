import type { Commented, KindDefinition } from '../definition.js';
import { COMMENTED, RELATIONS } from '../definition.js';
import type { QualifiedName } from './table.js';

/** A key of an index: a column or an expression, with everything that differs from the default. */
export interface IndexKey {
  readonly column?: string;
  readonly expression?: string;
  readonly collation?: string;
  /** The operator class with its parameters, as in `CREATE INDEX`. */
  readonly opclass?: string;
  readonly descending?: true;
  /** Absent if it is the default of the sort direction. */
  readonly nulls?: 'first' | 'last';
  /** The statistics target of ANALYZE. Only for an expression. */
  readonly statistics?: number;
}

/** The state of a deferrable constraint at the beginning of a transaction. */
export type Deferrable = 'deferrable' | 'initially deferred';

/** An index, a unique constraint or a primary key. PostgreSQL manual, chapter 11. */
export interface Index extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** Absent for `btree`. */
  readonly method?: string;
  readonly keys: readonly IndexKey[];
  readonly include?: readonly string[];
  /** Why the keys are unique. Absent if they are not. */
  readonly unique?: 'index' | 'constraint' | 'primary key';
  readonly nullsNotDistinct?: true;
  readonly withoutOverlaps?: true;
  readonly deferrable?: Deferrable;
  readonly predicate?: string;
  readonly options?: readonly string[];
  readonly tablespace?: string;
  readonly clustered?: true;
  readonly replicaIdentity?: true;
  readonly invalid?: true;
  /** The index of the partitioned table that this one is attached to. */
  readonly partitionOf?: QualifiedName;
  /** The comment on the constraint. The index can have another one. */
  readonly constraintComment?: string;
}

export const index: KindDefinition<Index, 'schema' | 'table' | 'name'> = {
  noun: 'index',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_class', 'pg_index', 'pg_constraint'],
  expressions: { keys: 'expression', predicate: 'whole' },
  renamed: 'physical',
  parents: RELATIONS,
  facts: {
    method: 'physical',
    keys: 'physical',
    include: 'physical',
    unique: 'breaking',
    nullsNotDistinct: 'breaking',
    withoutOverlaps: 'breaking',
    deferrable: 'behaviour',
    predicate: 'physical',
    options: 'physical',
    tablespace: 'physical',
    clustered: 'physical',
    replicaIdentity: 'behaviour',
    invalid: 'physical',
    partitionOf: 'physical',
    constraintComment: 'comments',
    ...COMMENTED,
  },
  added: ({ unique }) => (unique === undefined ? 'physical' : 'breaking'),
  removed: ({ unique }) => (unique === undefined ? 'physical' : 'behaviour'),
};
