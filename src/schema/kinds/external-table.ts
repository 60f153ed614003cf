import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';
import type { Table } from './table.js';

/**
 * What the migrations changed on a table or view that they did not create, in a schema that the report does not cover:
 * `auth.users` of Supabase. A table without such facts has no object of this kind. What the migrations create on the table
 * are objects of their own kinds.
 */
export interface ExternalTable
  extends
    Commented,
    Granted,
    Owned,
    Pick<Table, 'unlogged' | 'accessMethod' | 'tablespace' | 'options' | 'toastOptions'> {
  readonly schema: string;
  readonly name: string;
  /** `default` if the migrations reset it. */
  readonly replicaIdentity?: 'full' | 'nothing' | 'default';
  /** `disabled` if the migrations switched it off. */
  readonly rowSecurity?: 'enabled' | 'forced' | 'forced but not enabled' | 'disabled';
}

export const externalTable: KindDefinition<ExternalTable, 'schema' | 'name'> = {
  // GRANT calls all relations tables.
  noun: 'table',
  identity: ['schema', 'name'],
  catalogs: ['pg_class'],
  facts: {
    unlogged: 'physical',
    accessMethod: 'physical',
    tablespace: 'physical',
    options: 'physical',
    toastOptions: 'physical',
    replicaIdentity: 'behaviour',
    rowSecurity: 'privileges',
    ...COMMON,
  },
  added: 'privileges',
  removed: 'privileges',
};
