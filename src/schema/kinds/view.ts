import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/** PostgreSQL manual, CREATE VIEW. Defaults, comments and privileges of its columns are `Column` objects. */
export interface View extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  /** The query as PostgreSQL prints it, without the semicolon. */
  readonly definition: string;
  readonly checkOption?: 'local' | 'cascaded';
  /** `security_barrier=true` and similar options, sorted. */
  readonly options?: readonly string[];
}

export const view: KindDefinition<View, 'schema' | 'name'> = {
  noun: 'view',
  identity: ['schema', 'name'],
  catalogs: ['pg_class', 'pg_rewrite'],
  expressions: { definition: 'whole' },
  recreated: 'if mentioned',
  facts: { definition: 'breaking', checkOption: 'behaviour', options: 'behaviour', ...COMMON },
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, CREATE MATERIALIZED VIEW. Whether it is populated is not part of the schema. */
export interface MaterializedView extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly options?: readonly string[];
  readonly toastOptions?: readonly string[];
  readonly accessMethod?: string;
  readonly tablespace?: string;
}

export const materializedView: KindDefinition<MaterializedView, 'schema' | 'name'> = {
  noun: 'materialized view',
  identity: ['schema', 'name'],
  catalogs: ['pg_class', 'pg_rewrite'],
  expressions: { definition: 'whole' },
  recreated: 'if mentioned',
  facts: {
    definition: 'breaking',
    options: 'physical',
    toastOptions: 'physical',
    accessMethod: 'physical',
    tablespace: 'physical',
    ...COMMON,
  },
  added: 'additive',
  removed: 'breaking',
};
