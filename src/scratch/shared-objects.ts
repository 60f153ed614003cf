import { quoteIdentifier } from '../postgres/quoting.js';

/** What migrations may change in the cluster apart from roles: databases, and privileges on objects that all databases share. */
export interface SharedObjects {
  readonly databases: readonly string[];
  readonly privileges: readonly SharedPrivilege[];
}

interface SharedPrivilege {
  readonly kind: 'DATABASE' | 'TABLESPACE' | 'PARAMETER';
  readonly name: string;
  /** A role, or '' for all roles. */
  readonly grantee: string;
  readonly privilege: string;
  readonly isGrantable: boolean;
}

/** Whether migrations may have created or changed a role or a database. */
export type IsOurs = (name: string, kind: 'role' | 'database') => boolean;

const aclOf = (kind: string, catalog: string, name: string, acl: string, owner: string) => `
  SELECT '${kind}' AS kind, o.${name} AS name, x.grantee, x.privilege_type AS privilege, x.is_grantable
  FROM pg_catalog.${catalog} o, pg_catalog.aclexplode(${acl}) x WHERE x.grantee <> ${owner}`;

/** The scratch databases come and go, and `template1` may have become one of them. */
const OWN = `'^(driftmark_scratch_|template1$)'`;

/** The arguments of json_build_object() for the state of the shared objects. */
export const sharedObjectsQuery = (versionNum: number): string => {
  const privileges = [
    `${aclOf('DATABASE', 'pg_database', 'datname', `coalesce(o.datacl, pg_catalog.acldefault('d', o.datdba))`, 'o.datdba')} AND o.datname !~ ${OWN}`,
    aclOf(
      'TABLESPACE',
      'pg_tablespace',
      'spcname',
      `coalesce(o.spcacl, pg_catalog.acldefault('t', o.spcowner))`,
      'o.spcowner',
    ),
    ...(versionNum >= 150_000 ? [aclOf('PARAMETER', 'pg_parameter_acl', 'parname', 'o.paracl', '10')] : []),
  ];
  return `
  'databases', (SELECT pg_catalog.json_agg(d.datname ORDER BY d.oid) FROM pg_catalog.pg_database d WHERE d.datname !~ ${OWN}),
  'privileges', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('kind', p.kind, 'name', p.name,
      'grantee', coalesce(r.rolname, ''), 'privilege', p.privilege, 'isGrantable', p.is_grantable)
      ORDER BY p.kind, p.name, p.grantee, p.privilege)
    FROM (${privileges.join(' UNION ALL ')}) p LEFT JOIN pg_catalog.pg_roles r ON r.oid = p.grantee)`;
};

/** The statements that restore databases and privileges. A role with privileges cannot be dropped: they come first. */
export function sharedObjectsBack(now: SharedObjects, then: SharedObjects, isOurs: IsOurs): string[] {
  const appeared = now.databases.filter((name) => !then.databases.includes(name) && isOurs(name, 'database'));
  const keyOf = (one: SharedPrivilege) => JSON.stringify(one);
  const [before, after] = [new Set(then.privileges.map(keyOf)), new Set(now.privileges.map(keyOf))];
  const concerns = ({ kind, name, grantee }: SharedPrivilege) =>
    isOurs(grantee, 'role') && !(kind === 'DATABASE' && appeared.includes(name));
  return [
    ...appeared.map((name) => `DROP DATABASE ${quoteIdentifier(name)}`),
    ...now.privileges
      .filter((one) => !before.has(keyOf(one)) && concerns(one))
      .map((one) => `REVOKE ${one.privilege} ON ${subjectOf(one)} FROM ${granteeOf(one)} CASCADE`),
    ...then.privileges
      .filter((one) => !after.has(keyOf(one)) && concerns(one))
      .map(
        (one) =>
          `GRANT ${one.privilege} ON ${subjectOf(one)} TO ${granteeOf(one)}${one.isGrantable ? ' WITH GRANT OPTION' : ''}`,
      ),
  ];
}

const subjectOf = ({ kind, name }: SharedPrivilege): string =>
  `${kind} ${kind === 'PARAMETER' ? name.split('.').map(quoteIdentifier).join('.') : quoteIdentifier(name)}`;

const granteeOf = ({ grantee }: SharedPrivilege): string =>
  grantee === '' ? 'PUBLIC' : quoteIdentifier(grantee);
