import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/** The name of an object in a schema. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** PostgreSQL manual, 5.1, and 5.12 for partitions. */
export interface Table extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly unlogged?: true;
  /** The text after `PARTITION BY`: `RANGE (happened_at)`. */
  readonly partitionBy?: string;
  readonly partitionOf?: { readonly schema: string; readonly table: string; readonly bound: string };
  /** Inheritance parents, in order. The parent of a partition is not one of them. */
  readonly inherits?: readonly QualifiedName[];
  /** The composite type of `CREATE TABLE … OF`. */
  readonly ofType?: QualifiedName;
  readonly accessMethod?: string;
  readonly tablespace?: string;
  /** Storage parameters, as `name=value`, sorted. */
  readonly options?: readonly string[];
  readonly toastOptions?: readonly string[];
  readonly replicaIdentity?: 'full' | 'nothing';
  readonly rowSecurity?: 'enabled' | 'forced' | 'forced but not enabled';
}

export const table: KindDefinition<Table, 'schema' | 'name'> = {
  noun: 'table',
  identity: ['schema', 'name'],
  catalogs: ['pg_class', 'pg_inherits', 'pg_partitioned_table'],
  expressions: { partitionBy: 'whole' },
  recreated: 'if mentioned',
  facts: {
    unlogged: 'physical',
    partitionBy: 'breaking',
    partitionOf: 'breaking',
    inherits: 'breaking',
    ofType: 'breaking',
    accessMethod: 'physical',
    tablespace: 'physical',
    options: 'physical',
    toastOptions: 'physical',
    replicaIdentity: 'behaviour',
    rowSecurity: 'privileges',
    ...COMMON,
  },
  inheritedFrom: 'partitionOf',
  added: 'additive',
  removed: 'breaking',
};
