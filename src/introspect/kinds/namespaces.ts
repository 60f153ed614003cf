import type { Grant } from '../../schema/definition.js';
import type { Extension, Namespace } from '../../schema/kinds/namespaces.js';
import { comment, covered, privileges } from '../fragments.js';
import { publicIsFrom14 } from '../namespaces.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type Reader } from '../reader.js';

interface NamespaceRow {
  readonly name: string;
  /** Whether PostgreSQL 14 or an older version made it, and it was restored or upgraded since. */
  readonly is_from_14: boolean;
  readonly owner: string | null;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

/** `public` is described relative to its state after initdb: its owner and ACL differ between versions. */
const initial = `coalesce((SELECT p.initprivs FROM pg_catalog.pg_init_privs p WHERE p.objoid = n.oid
  AND p.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass), pg_catalog.acldefault('n', n.nspowner))`;

export const namespace: Reader<Namespace, NamespaceRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS name, ${publicIsFrom14(coverage)} AS is_from_14,
      CASE WHEN n.nspname = 'public' AND (n.nspowner = '10'::pg_catalog.oid OR r.rolname = 'pg_database_owner') THEN NULL ELSE r.rolname END AS owner,
      ${privileges('n.nspacl', 'n', 'n.nspowner', initial)} AS acl,
      nullif(${comment('pg_namespace', 'n.oid')}, CASE WHEN n.nspname = 'public' THEN 'standard public schema' END) AS comment
    FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
    WHERE ${covered(coverage, 'n.oid')}`,
  map: (row) => {
    const { grants, ...revoked } = privilegesOf(row.acl);
    return omitDefaults<Namespace>({
      name: row.name,
      owner: row.owner,
      grants: row.is_from_14 ? grants?.filter((grant) => !isOldDefault(grant)) : grants,
      ...revoked,
      comment: row.comment,
    });
  },
};

/** Up to version 14, every role could create objects in `public`. A dump and pg_upgrade keep that. */
const isOldDefault = ({ to, privileges, grantable }: Grant) =>
  to === 'public' && privileges.join() === 'create' && grantable === undefined;

interface ExtensionRow {
  readonly name: string;
  readonly schema: string;
  readonly version: string;
  readonly comment: string | null;
}

export const extension: Reader<Extension, ExtensionRow> = {
  sql: (coverage) => `
    SELECT e.extname AS name, n.nspname AS schema,
      ${coverage.extensionVersions ? 'e.extversion' : 'NULL'} AS version,
      nullif(${comment('pg_extension', 'e.oid')}, (SELECT x.comment FROM pg_catalog.pg_available_extensions() x WHERE x.name = e.extname)) AS comment
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname <> 'plpgsql'`,
  map: ({ name, schema, version, comment: text }) =>
    omitDefaults<Extension>({ name, schema, version, comment: text }),
};
