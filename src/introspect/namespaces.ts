import { quoteLiteral } from '../postgres/quoting.js';

/** The OIDs of the history tables of migration tools, and of the objects that belong to them. */
export const historyTableRelations = (patterns: readonly string[]) =>
  `SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'S')
     AND c.relname LIKE ANY (ARRAY[${patterns.map(quoteLiteral).join(', ')}]::pg_catalog.text[])`;

/**
 * Every schema, except those of PostgreSQL and those of extensions that contain nothing else, as `oid` and `name`.
 */
export const namespacesInUse = (historyTables: string) =>
  `SELECT n.oid, n.nspname AS name FROM pg_catalog.pg_namespace n
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND (NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
       WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objid = n.oid AND d.deptype = 'e') OR ${holdsOthers(historyTables)})
     AND (n.nspname <> 'public' OR ${publicIsUsed(historyTables)})`;

/** The schema contains an object that does not belong to an extension. */
const holdsOthers = (
  historyTables: string,
) => `EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
    AND d.refobjid = n.oid AND d.deptype = 'n' AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
    AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid IN (${historyTables})))`;

/** The owner of `public` is `pg_database_owner` from version 15 on, unless an older version made the schema. */
export const publicIsFrom14 = ({ versionNum }: { readonly versionNum: number }) =>
  versionNum >= 150_000
    ? `(n.nspname = 'public' AND pg_catalog.pg_get_userbyid(n.nspowner) <> 'pg_database_owner')`
    : 'false';

/** The privileges on `public` are those that version 14 gave it: USAGE and CREATE for all roles. */
const hasDefaultOf14 = `(pg_catalog.pg_get_userbyid(n.nspowner) <> 'pg_database_owner' AND (
    SELECT pg_catalog.count(*) = 2 AND pg_catalog.bool_and(g.grantee = '0'::pg_catalog.oid AND NOT g.is_grantable)
    FROM pg_catalog.aclexplode(n.nspacl) g WHERE g.grantee <> n.nspowner))`;

/** `public` exists in every database: it counts only if it contains something or was changed. */
const publicIsUsed = (historyTables: string) => `(
  n.nspacl IS DISTINCT FROM (SELECT p.initprivs FROM pg_catalog.pg_init_privs p WHERE p.objoid = n.oid
    AND p.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass) AND NOT ${hasDefaultOf14}
  OR pg_catalog.obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM 'standard public schema'
  OR ${holdsOthers(historyTables)}
  OR NOT EXISTS (SELECT FROM pg_catalog.pg_namespace o WHERE o.nspname !~ '^pg_' AND o.nspname NOT IN ('information_schema', 'public')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = o.oid AND e.deptype = 'e'
      AND e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)))`;
