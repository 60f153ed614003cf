import { DriftmarkError } from '../errors.js';
import type { Namespace } from '../introspect/introspect.js';
import { quoteIdentifier, quoteLiteral } from '../postgres/quoting.js';
import { rowsOf, statements, type Connection } from '../introspect/statements.js';

/** A catalog, function or schema that the role may not use, and the statement that grants the privilege. */
export interface HiddenObject {
  /** `schema app`, `table pg_catalog.pg_policy`, `function pg_catalog.pg_get_viewdef`. */
  readonly object: string;
  readonly grant: string;
}

interface HiddenRow {
  readonly type: 'SCHEMA' | 'TABLE' | 'FUNCTION';
  readonly name: string;
  readonly role: string;
}

/** The names of PostgreSQL's own objects in queries: each name after `pg_catalog.`. */
export const systemNamesIn = (sql: string): readonly string[] => [
  ...new Set([...sql.matchAll(/pg_catalog\.(\w+)/g)].map(([, name]) => name ?? '')),
];

/**
 * Finds what the role may not use of everything that a reading needs: schemas without USAGE, in which PostgreSQL prints
 * names differently, and catalogs and functions whose privileges a hardened server has revoked.
 * @param names of the catalogs and functions. Those that the server does not have are ignored.
 */
export async function findHidden(
  connection: Connection,
  namespaces: readonly Namespace[],
  names: readonly string[],
): Promise<readonly HiddenObject[]> {
  const list = names.map(quoteLiteral);
  const role = 'pg_catalog.quote_ident(CURRENT_USER) AS role';
  const [tables] = await statements(connection, [
    `SELECT 'TABLE' AS type, 'pg_catalog.' || x.name AS name, ${role} FROM (VALUES ${list.map((name) => `(${name})`).join(', ')}) AS x(name)
     WHERE pg_catalog.to_regclass('pg_catalog.' || x.name) IS NOT NULL
       AND NOT pg_catalog.has_any_column_privilege('pg_catalog.' || x.name, 'SELECT'::pg_catalog.text);`,
  ]);
  const hiddenTables = rowsOf<HiddenRow>(tables);
  const canLookFurther = !hiddenTables.some(({ name }) => /\.pg_(proc|namespace)$/.test(name));
  const [others] = canLookFurther
    ? await statements(connection, [
        `SELECT 'SCHEMA' AS type, pg_catalog.quote_ident(n.nspname) AS name, ${role} FROM pg_catalog.pg_namespace n
         WHERE n.oid = ANY ('{${namespaces.map(({ oid }) => oid).join(',')}}'::pg_catalog.oid[])
           AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         UNION ALL
         SELECT DISTINCT 'FUNCTION', 'pg_catalog.' || p.proname::pg_catalog.text || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', ${role}
         FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
           AND p.proname IN (${list.join(', ')}) AND p.proacl IS NOT NULL AND NOT pg_catalog.has_function_privilege(p.oid, 'EXECUTE');`,
      ])
    : [];
  return [...hiddenTables, ...rowsOf<HiddenRow>(others)].map(asHidden);
}

const PRIVILEGES = { SCHEMA: 'USAGE', TABLE: 'SELECT', FUNCTION: 'EXECUTE' } as const;

const asHidden = ({ type, name, role }: HiddenRow): HiddenObject => ({
  object: `${type.toLowerCase()} ${name}`,
  grant: `GRANT ${PRIVILEGES[type]} ON ${type} ${name} TO ${role};`,
});

/** The error if something is hidden. driftmark then reports no differences: a hidden object is not a missing one. */
export function incompleteError(label: string, hidden: readonly HiddenObject[]): DriftmarkError {
  return new DriftmarkError('incomplete', `The role cannot read the whole schema of ${label}.`, {
    details: hidden.map(({ object, grant }) => ({ label: object, text: grant, isStatement: true })),
    remedy: 'Ask an administrator to run these statements in that database.',
  });
}

/** What a server refused, from its error; undefined for any other error. */
export function hiddenBy(error: unknown, role: string): HiddenObject | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '42501') return undefined;
  const [, type = '', name = ''] = /permission denied for (\w+) "?([^"]*)"?$/.exec(error.message) ?? [];
  if (name === '') return { object: 'something', grant: error.message };
  const privilege = type === 'function' ? 'EXECUTE' : type === 'schema' ? 'USAGE' : 'SELECT';
  const object = type === 'schema' ? quoteIdentifier(name) : `pg_catalog.${name}`;
  const noun = type === 'view' ? 'TABLE' : type.toUpperCase();
  return {
    object: `${type} ${name}`,
    grant: `GRANT ${privilege} ON ${noun} ${object} TO ${quoteIdentifier(role)};`,
  };
}
