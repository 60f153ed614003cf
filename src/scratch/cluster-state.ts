import type pg from 'pg';
import { quoteIdentifier, quoteLiteral } from '../postgres/quoting.js';
import { sharedObjectsBack, sharedObjectsQuery, type IsOurs, type SharedObjects } from './shared-objects.js';

/**
 * The state that migrations may change outside of their database: roles, memberships, settings of roles and of
 * databases, databases, and privileges on shared objects. A scratch server has several databases, one after the other, and each of them must start with the same
 * cluster state.
 * @see https://www.postgresql.org/docs/18/managing-databases.html
 */
export interface ClusterState extends SharedObjects {
  readonly roles: readonly Role[];
  readonly memberships: readonly Membership[];
  readonly settings: readonly Settings[];
}

interface Role {
  readonly oid: number;
  readonly name: string;
  /** The words of CREATE ROLE, such as `NOLOGIN` or `CONNECTION LIMIT -1`. */
  readonly attributes: readonly string[];
}

interface Membership {
  readonly role: string;
  readonly member: string;
  readonly grantor: string;
  /** What follows GRANT … TO …: `WITH ADMIN OPTION`. */
  readonly options: string;
}

interface Settings {
  /** The role, or '' for all roles; and the database, or '' for all databases. */
  readonly role: string;
  readonly database: string;
  /** As `name=value`. */
  readonly values: readonly string[];
}

const ATTRIBUTES = {
  rolsuper: 'SUPERUSER',
  rolinherit: 'INHERIT',
  rolcreaterole: 'CREATEROLE',
  rolcreatedb: 'CREATEDB',
  rolcanlogin: 'LOGIN',
  rolreplication: 'REPLICATION',
  rolbypassrls: 'BYPASSRLS',
} as const;

const attributes = Object.entries(ATTRIBUTES)
  .map(([column, word]) => `CASE WHEN r.${column} THEN '${word}' ELSE 'NO${word}' END`)
  .join(', ');

const QUERY = (versionNum: number) => `SELECT pg_catalog.json_build_object(
  'roles', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', r.oid, 'name', r.rolname,
      'attributes', ARRAY[${attributes}, pg_catalog.format('CONNECTION LIMIT %s', r.rolconnlimit),
        pg_catalog.format('VALID UNTIL %L', coalesce(r.rolvaliduntil, 'infinity'))]) ORDER BY r.oid)
    FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_'),
  'memberships', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('role', r.rolname, 'member', m.rolname,
      'grantor', coalesce(g.rolname, ''), 'options', ${
        versionNum >= 160_000
          ? `pg_catalog.format('WITH ADMIN %s, INHERIT %s, SET %s', x.admin_option, x.inherit_option, x.set_option)`
          : `CASE WHEN x.admin_option THEN 'WITH ADMIN OPTION' ELSE '' END`
      }) ORDER BY x.roleid, x.member, x.grantor)
    FROM pg_catalog.pg_auth_members x JOIN pg_catalog.pg_roles r ON r.oid = x.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = x.member LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantor
    WHERE m.rolname !~ '^pg_'),
  'settings', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('role', coalesce(r.rolname, ''),
      'database', coalesce(d.datname, ''), 'values', s.setconfig) ORDER BY s.setrole, s.setdatabase)
    FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
      LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
    WHERE coalesce(d.datname, '') !~ '^driftmark_scratch_'),
  ${sharedObjectsQuery(versionNum)}) AS state`;

/** Reads the state of the cluster that a client is connected to. */
export async function readClusterState(client: pg.Client, versionNum: number): Promise<ClusterState> {
  type Answer = { readonly [K in keyof ClusterState]: ClusterState[K] | null };
  const { rows } = await client.query<{ state: Answer }>(QUERY(versionNum));
  const state = rows[0]?.state;
  return {
    roles: state?.roles ?? [],
    memberships: state?.memberships ?? [],
    settings: state?.settings ?? [],
    databases: state?.databases ?? [],
    privileges: state?.privileges ?? [],
  };
}

/**
 * The statements that restore the state `then` from the state `now`, in execution order.
 * @param isOursAtAll whether a role or a database may be touched: one that these migrations may have created or changed.
 */
export function statementsBack(
  now: ClusterState,
  then: ClusterState,
  isOursAtAll: IsOurs,
): readonly string[] {
  const isOurs = (role: string) => isOursAtAll(role, 'role');
  const rolesNow = new Map(now.roles.map((role) => [role.oid, role]));
  const rolesThen = new Map(then.roles.map((role) => [role.oid, role]));
  const appeared = now.roles.filter(({ oid, name }) => !rolesThen.has(oid) && isOurs(name));
  const gone = new Set(appeared.map(({ name }) => name));
  const statements = [
    ...sharedObjectsBack(now, then, isOursAtAll),
    ...membershipsBack(now, then, isOurs, gone),
    ...settingsBack(now, then, isOurs, gone),
  ];
  for (const { name } of appeared) statements.push(`DROP ROLE ${quoteIdentifier(name)}`);
  for (const { oid, name, attributes: words } of then.roles) {
    if (!isOurs(name)) continue;
    const current = rolesNow.get(oid);
    const quoted = quoteIdentifier(name);
    if (!current) statements.push(`CREATE ROLE ${quoted} ${words.join(' ')}`);
    else {
      if (current.name !== name)
        statements.push(`ALTER ROLE ${quoteIdentifier(current.name)} RENAME TO ${quoted}`);
      const changed = words.filter((word) => !current.attributes.includes(word));
      if (changed.length > 0) statements.push(`ALTER ROLE ${quoted} ${changed.join(' ')}`);
    }
  }
  return statements;
}

function membershipsBack(
  now: ClusterState,
  then: ClusterState,
  isOurs: (role: string) => boolean,
  gone: ReadonlySet<string>,
): string[] {
  const keyOf = (one: Membership) => JSON.stringify(one);
  const [before, after] = [new Set(then.memberships.map(keyOf)), new Set(now.memberships.map(keyOf))];
  const concerns = ({ role, member }: Membership) =>
    (isOurs(role) || isOurs(member)) && !gone.has(role) && !gone.has(member);
  const by = ({ grantor }: Membership) => (grantor === '' ? '' : ` GRANTED BY ${quoteIdentifier(grantor)}`);
  const names = ({ role, member }: Membership) => [quoteIdentifier(role), quoteIdentifier(member)] as const;
  return [
    ...now.memberships
      .filter((one) => !before.has(keyOf(one)) && concerns(one))
      .map((one) => `REVOKE ${names(one)[0]} FROM ${names(one)[1]}${by(one)}`),
    ...then.memberships
      .filter((one) => !after.has(keyOf(one)) && concerns(one))
      .map((one) => `GRANT ${names(one)[0]} TO ${names(one)[1]} ${one.options}${by(one)}`),
  ];
}

function settingsBack(
  now: ClusterState,
  then: ClusterState,
  isOurs: (role: string) => boolean,
  gone: ReadonlySet<string>,
): string[] {
  const keyOf = ({ role, database }: Settings) => JSON.stringify([role, database]);
  const before = new Map(then.settings.map((one) => [keyOf(one), one]));
  const after = new Map(now.settings.map((one) => [keyOf(one), one]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    const about = was ?? is;
    if (!about || JSON.stringify(was?.values) === JSON.stringify(is?.values)) return [];
    if (gone.has(about.role) || (about.role !== '' && !isOurs(about.role))) return [];
    return [`${subjectOf(about)} RESET ALL`, ...assignments({ ...about, values: was?.values ?? [] })];
  });
}

const subjectOf = ({ role, database }: Omit<Settings, 'values'>) =>
  role === '' && database !== ''
    ? `ALTER DATABASE ${quoteIdentifier(database)}`
    : `ALTER ROLE ${role === '' ? 'ALL' : quoteIdentifier(role)}${database === '' ? '' : ` IN DATABASE ${quoteIdentifier(database)}`}`;

const assignments = (settings: Settings) =>
  settings.values.map((value) => `${subjectOf(settings)} SET ${assignment(value)}`);

/**
 * The statements that copy the settings of one database to another. CREATE DATABASE … TEMPLATE does not copy them.
 */
export async function copySettings(
  client: pg.Client,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  const { rows } = await client.query<Settings>(
    `SELECT coalesce(r.rolname, '') AS role, s.setconfig AS values
     FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
       LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole WHERE d.datname = $1`,
    [from],
  );
  return rows.flatMap(({ role, values }) => assignments({ role, database: to, values }));
}

/** Settings that are lists of names: each name is quoted on its own. */
const LISTS = new Set([
  'search_path',
  'datestyle',
  'session_preload_libraries',
  'local_preload_libraries',
  'temp_tablespaces',
]);

function assignment(setting: string): string {
  const at = setting.indexOf('=');
  const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
  // A list is stored in SQL syntax: its elements are already quoted if necessary.
  const written = LISTS.has(name.toLowerCase()) && value !== '' ? value : quoteLiteral(value);
  return `${name.split('.').map(quoteIdentifier).join('.')} TO ${written}`;
}

/** Runs statements of `statementsBack`, and returns those that the server refused. */
export async function runStatements(
  client: pg.Client,
  statements: readonly string[],
): Promise<readonly string[]> {
  let open = statements;
  for (;;) {
    const refused: string[] = [];
    for (const statement of open) await client.query(statement).catch(() => refused.push(statement));
    // A statement may depend on another one: a role cannot be dropped before a membership that it granted.
    if (refused.length === 0 || refused.length === open.length) return refused;
    open = refused;
  }
}
