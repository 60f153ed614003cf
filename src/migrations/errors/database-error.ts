import type { DatabaseError } from '../../postgres/query-error.js';

/** Images of servers that have an extension which the embedded PostgreSQL lacks. */
const IMAGES: Readonly<Record<string, string>> = {
  postgis: 'postgis/postgis:17-3.5',
  vector: 'pgvector/pgvector:pg17',
  timescaledb: 'timescale/timescaledb:latest-pg17',
};

/** Extensions that hardly any server but Supabase's has. */
const SUPABASE_EXTENSIONS: ReadonlySet<string> = new Set([
  'http',
  'index_advisor',
  'pg_graphql',
  'pg_jsonschema',
  'pg_net',
  'pgjwt',
  'pgmq',
  'pgsodium',
  'supabase_vault',
  'wrappers',
]);

const SUPABASE_SCHEMAS = ['auth', 'storage', 'extensions', 'realtime', 'vault', 'graphql_public'];

interface Remedy {
  /** SQLSTATEs. */
  readonly codes: readonly string[];
  readonly message?: RegExp;
  /** `name` is what the first group of `message` matched. */
  readonly remedy: (name: string) => string;
}

const provide = (what: string, example: string) =>
  `If something other than the migrations creates ${what} in production, create it in an SQL file, for example with \`${example}\`, and set \`setup: 'setup.sql'\` in the config.`;

/** What to do about errors whose cause is that the scratch database is new and bare, or of another version. */
const REMEDIES: readonly Remedy[] = [
  {
    codes: ['42704'],
    message: /\brole "(.*)" does not exist/,
    remedy: (role) =>
      `Add \`roles: [${JSON.stringify(role)}]\` to the config, so that the role exists in the scratch database.`,
  },
  {
    codes: ['42710'],
    message: /\brole "(.*)" already exists/,
    remedy: (role) =>
      `Check whether an earlier migration or the setting \`roles\` creates ${role}; on a server of your own, drop the role.`,
  },
  { codes: ['53100'], remedy: () => 'Free some disk space, or set TMPDIR to a folder that has more.' },
  {
    codes: ['0A000', '58P01', '22023', 'F0000'],
    message:
      /extension "(.*)" is not available|extension control file "[^"]*?([^/"]+)\.control"|could not load library/,
    remedy: (extension) =>
      `Use a server that has the extension, with \`--scratch-url\`: ` +
      (IMAGES[extension] === undefined
        ? SUPABASE_EXTENSIONS.has(extension)
          ? 'a Supabase project can start one with `npx supabase start`, and take the database URL that it prints.'
          : 'its package must be installed there.'
        : `\`docker run -d -p 5433:5432 -e POSTGRES_HOST_AUTH_METHOD=trust ${IMAGES[extension]}\`, and \`--scratch-url postgres://postgres@localhost:5433/postgres\`.`),
  },
  {
    codes: ['3F000'],
    message: /schema "(.*)" does not exist/,
    remedy: (schema) =>
      SUPABASE_SCHEMAS.includes(schema)
        ? `If the project runs on Supabase, set \`platform: 'supabase'\` in the config: driftmark then creates what Supabase provides. ` +
          provide('the schema', `CREATE SCHEMA ${schema};`)
        : provide('the schema', `CREATE SCHEMA ${schema};`),
  },
  { codes: ['3F000'], remedy: () => provide('the schema', 'CREATE SCHEMA …;') },
  {
    codes: ['42704'],
    message: /type "(.*)" does not exist/,
    remedy: () => provide('the type', 'CREATE TYPE …;'),
  },
  {
    codes: ['42883'],
    message: /function (.*) does not exist/,
    remedy: () =>
      provide('the function', 'CREATE EXTENSION …;') +
      ' If PostgreSQL removed it in a newer version, set `postgresVersion` to the version of production.',
  },
  {
    codes: ['42P01'],
    message: /relation "(.*)" does not exist/,
    remedy: (relation) =>
      `Check the order of the migrations, and that the one that creates ${relation} is in the folder. ` +
      provide('it', `CREATE TABLE ${relation} (…);`),
  },
  {
    codes: ['42601'],
    message: /at or near "(auto_?increment|engine|unsigned|`.*)"$/i,
    remedy: () =>
      'Check that the migrations are for PostgreSQL: this is the syntax of MySQL or SQLite. If a project has migrations for several databases, set `migrations` in the config to the folder for PostgreSQL.',
  },
  {
    codes: ['42601'],
    remedy: () =>
      'Fix the SQL. If it works in production, set `postgresVersion` in the config to the version of production: words become reserved in newer versions.',
  },
  {
    codes: ['2D000'],
    remedy: () =>
      'COMMIT and ROLLBACK in a DO block or procedure need a statement that runs outside of a transaction: put it in a file of its own.',
  },
  {
    codes: ['55P03'],
    remedy: () =>
      'The lock is held by another connection that the migration itself opened. Use a single connection, or commit before opening a second one.',
  },
];

/** What to do about an error of PostgreSQL, if its code and message say more than that the migration is wrong. */
export function databaseRemedy({ code, message }: DatabaseError): string | undefined {
  for (const { codes, message: pattern, remedy } of REMEDIES) {
    if (!codes.includes(code)) continue;
    const found: readonly (string | undefined)[] | null = pattern === undefined ? [] : pattern.exec(message);
    // A group that did not take part is undefined.
    if (found !== null) return remedy(found.slice(1).find((group) => group !== undefined) ?? '');
  }
  return undefined;
}
