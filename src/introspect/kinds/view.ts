import type { MaterializedView, View } from '../../schema/kinds/view.js';
import { comment, coveredRelation, notOfExtension, owner, privileges } from '../fragments.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type ReadScope, type Reader } from '../reader.js';
import { sorted } from './table.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly options: readonly string[] | null;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
  readonly deparsed: string;
}

const common = `c.oid, n.nspname AS schema, c.relname AS name, c.reloptions AS options,
  ${owner('c.relowner')} AS owner, ${privileges('c.relacl', 'r', 'c.relowner')} AS acl, ${comment('pg_class', 'c.oid')} AS comment`;

const ofKind = (coverage: ReadScope, relkind: string) =>
  `c.relkind = '${relkind}' AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}`;

/** Only the query: the result of pg_get_viewdef() begins with a space and ends with a semicolon. */
const definition = (text: string) => text.replace(/^\s+/, '').replace(/;\s*$/, '');

const VIEW_DEFINITION = 'pg_catalog.pg_get_viewdef(k.oid)';
const CHECK_OPTION = 'check_option=';

export const view: Reader<View, Row> = {
  sql: (coverage) => `
    SELECT ${common} FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${ofKind(coverage, 'v')}`,
  deparsed: VIEW_DEFINITION,
  map: (row) => {
    const checkOption = row.options?.find((option) => option.startsWith(CHECK_OPTION));
    return omitDefaults<View>({
      schema: row.schema,
      name: row.name,
      definition: definition(row.deparsed),
      checkOption: checkOption?.slice(CHECK_OPTION.length) as View['checkOption'],
      options: sorted(row.options)?.filter((option) => option !== checkOption),
      owner: row.owner,
      ...privilegesOf(row.acl),
      comment: row.comment,
    });
  },
};

interface MaterializedRow extends Row {
  readonly toast_options: readonly string[] | null;
  readonly access_method: string | null;
  readonly tablespace: string | null;
}

export const materializedView: Reader<MaterializedView, MaterializedRow> = {
  sql: (coverage) => `
    SELECT ${common}, toast.reloptions AS toast_options, am.amname AS access_method, s.spcname AS tablespace
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid
      LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam AND am.amname <> 'heap'
      LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
    WHERE ${ofKind(coverage, 'm')}`,
  deparsed: VIEW_DEFINITION,
  map: (row) =>
    omitDefaults<MaterializedView>({
      schema: row.schema,
      name: row.name,
      definition: definition(row.deparsed),
      options: sorted(row.options),
      toastOptions: sorted(row.toast_options),
      accessMethod: row.access_method,
      tablespace: row.tablespace,
      owner: row.owner,
      ...privilegesOf(row.acl),
      comment: row.comment,
    }),
};
