import type {
  ForeignDataWrapper,
  ForeignServer,
  ForeignTable,
  UserMapping,
} from '../../schema/kinds/foreign.js';
import type { QualifiedName } from '../../schema/kinds/table.js';
import {
  comment,
  coveredRelation,
  function_,
  notOfExtension,
  owner,
  parents,
  privileges,
} from '../fragments.js';
import { foreignOptions } from '../foreign-options.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type Reader } from '../reader.js';

interface CommonRow {
  readonly name: string;
  readonly options: readonly string[] | null;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

interface WrapperRow extends CommonRow {
  readonly handler: string | null;
  readonly validator: string | null;
}

export const foreignDataWrapper: Reader<ForeignDataWrapper, WrapperRow> = {
  sql: () => `
    SELECT w.fdwname AS name, ${function_('w.fdwhandler')} AS handler, ${function_('w.fdwvalidator')} AS validator,
      w.fdwoptions AS options, ${owner('w.fdwowner')} AS owner, ${privileges('w.fdwacl', 'F', 'w.fdwowner')} AS acl,
      ${comment('pg_foreign_data_wrapper', 'w.oid')} AS comment
    FROM pg_catalog.pg_foreign_data_wrapper w WHERE ${notOfExtension('pg_foreign_data_wrapper', 'w.oid')}`,
  map: ({ options, acl, ...row }) =>
    omitDefaults<ForeignDataWrapper>({ ...row, options: foreignOptions(options), ...privilegesOf(acl) }),
};

interface ServerRow extends CommonRow {
  readonly wrapper: string;
  readonly type: string | null;
  readonly version: string | null;
}

export const foreignServer: Reader<ForeignServer, ServerRow> = {
  sql: () => `
    SELECT s.srvname AS name, w.fdwname AS wrapper, nullif(s.srvtype, '') AS type, nullif(s.srvversion, '') AS version, s.srvoptions AS options,
      ${owner('s.srvowner')} AS owner, ${privileges('s.srvacl', 'S', 's.srvowner')} AS acl,
      ${comment('pg_foreign_server', 's.oid')} AS comment
    FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`,
  map: ({ options, acl, ...row }) =>
    omitDefaults<ForeignServer>({ ...row, options: foreignOptions(options), ...privilegesOf(acl) }),
};

/** Through the view, which every role may read; it tells options to those who own them only, and we ask for none. */
export const userMapping: Reader<UserMapping, UserMapping> = {
  sql: () => `SELECT m.srvname AS server, m.usename AS role FROM pg_catalog.pg_user_mappings m`,
  map: ({ server, role }) => ({ server, role }),
};

interface TableRow extends CommonRow {
  readonly schema: string;
  readonly server: string;
  readonly bound: string | null;
  readonly parents: readonly QualifiedName[] | null;
}

export const foreignTable: Reader<ForeignTable, TableRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS name, s.srvname AS server, f.ftoptions AS options,
      CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound, ${parents('c.oid')} AS parents,
      ${owner('c.relowner')} AS owner, ${privileges('c.relacl', 'r', 'c.relowner')} AS acl, ${comment('pg_class', 'c.oid')} AS comment
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
    WHERE c.relkind = 'f' AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}`,
  map: ({ options, acl, bound, parents: all, ...row }) => {
    const [parent] = all ?? [];
    return omitDefaults<ForeignTable>({
      ...row,
      options: foreignOptions(options),
      partitionOf: bound !== null && parent ? { schema: parent.schema, table: parent.name, bound } : null,
      inherits: bound === null ? all : null,
      ...privilegesOf(acl),
    });
  },
};
