import type { Commented, Granted, KindDefinition } from '../definition.js';
import { COMMENTED, GRANTED } from '../definition.js';
import type { Table } from './table.js';

/**
 * What the migrations changed on a table or view that they did not create, in a schema that the report does not cover:
 * `auth.users` of Supabase. A table without such facts has no object of this kind. What the migrations create on the table
 * are objects of their own kinds.
 */
export interface ExternalTable extends Commented, Granted, Pick<Table, 'replicaIdentity' | 'rowSecurity'> {
  readonly schema: string;
  readonly name: string;
}

export const externalTable: KindDefinition<ExternalTable, 'schema' | 'name'> = {
  // GRANT calls all relations tables.
  noun: 'table',
  identity: ['schema', 'name'],
  catalogs: ['pg_class'],
  facts: { replicaIdentity: 'behaviour', rowSecurity: 'privileges', ...GRANTED, ...COMMENTED },
  added: 'privileges',
  removed: 'privileges',
};
