import { byCodePoint } from '../../schema/model.js';
import type { QualifiedName, Table } from '../../schema/kinds/table.js';
import {
  comment,
  coveredRelation,
  notOfExtension,
  owner,
  parents,
  privileges,
  qualifiedName,
} from '../fragments.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type Reader } from '../reader.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly unlogged: boolean;
  readonly partition_by: string | null;
  readonly bound: string | null;
  readonly parents: readonly QualifiedName[] | null;
  readonly of_type: QualifiedName | null;
  readonly access_method: string | null;
  readonly tablespace: string | null;
  readonly options: readonly string[] | null;
  readonly toast_options: readonly string[] | null;
  readonly replica_identity: string;
  readonly row_security: boolean;
  readonly force_row_security: boolean;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

const REPLICA_IDENTITIES: Readonly<Record<string, 'full' | 'nothing'>> = { f: 'full', n: 'nothing' };

/** Sorts storage parameters and similar options: their order is not a fact. */
export const sorted = (options: readonly string[] | null) => options && [...options].sort(byCodePoint);

export const table: Reader<Table, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS name, c.relpersistence = 'u' AS unlogged,
      CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
      CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
      ${parents('c.oid')} AS parents,
      (SELECT ${qualifiedName('tn.nspname', 't.typname')} FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace WHERE t.oid = c.reloftype) AS of_type,
      (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = c.relam AND (am.amname <> 'heap' OR c.relkind = 'p')) AS access_method,
      (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
      c.reloptions AS options, toast.reloptions AS toast_options, c.relreplident AS replica_identity,
      c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
      ${owner('c.relowner')} AS owner, ${privileges('c.relacl', 'r', 'c.relowner')} AS acl, ${comment('pg_class', 'c.oid')} AS comment
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
    WHERE c.relkind IN ('r', 'p') AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}`,
  map: (row) => {
    const [parent] = row.parents ?? [];
    return omitDefaults<Table>({
      schema: row.schema,
      name: row.name,
      unlogged: row.unlogged,
      partitionBy: row.partition_by,
      partitionOf:
        row.bound !== null && parent ? { schema: parent.schema, table: parent.name, bound: row.bound } : null,
      inherits: row.bound === null ? row.parents : null,
      ofType: row.of_type,
      accessMethod: row.access_method,
      tablespace: row.tablespace,
      options: sorted(row.options),
      toastOptions: sorted(row.toast_options),
      replicaIdentity: REPLICA_IDENTITIES[row.replica_identity],
      rowSecurity: rowSecurity(row),
      owner: row.owner,
      ...privilegesOf(row.acl),
      comment: row.comment,
    });
  },
};

function rowSecurity({ row_security: enabled, force_row_security: forced }: Row): Table['rowSecurity'] {
  if (!enabled) return forced ? 'forced but not enabled' : undefined;
  return forced ? 'forced' : 'enabled';
}
