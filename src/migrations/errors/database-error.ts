import type { DatabaseError } from '../../postgres/query-error.js';
import { ONLY_ON_SUPABASE } from '../supabase-extensions.js';

const POSTGIS = 'postgis/postgis:17-3.5';

/** Images of servers that have an extension which the embedded PostgreSQL lacks. */
const IMAGES: Readonly<Record<string, string>> = {
  address_standardizer: POSTGIS,
  postgis: POSTGIS,
  postgis_raster: POSTGIS,
  postgis_tiger_geocoder: POSTGIS,
  postgis_topology: POSTGIS,
  vector: 'pgvector/pgvector:pg17',
  timescaledb: 'timescale/timescaledb:latest-pg17',
};

/** Types and functions of extensions that a migration may use although it does not create the extension. */
const OF_EXTENSION: Readonly<Record<string, string>> = {
  citext: 'citext',
  crypt: 'pgcrypto',
  gen_random_bytes: 'pgcrypto',
  gen_salt: 'pgcrypto',
  geography: 'postgis',
  geometry: 'postgis',
  gin_trgm_ops: 'pg_trgm',
  gist_trgm_ops: 'pg_trgm',
  halfvec: 'vector',
  hstore: 'hstore',
  ltree: 'ltree',
  similarity: 'pg_trgm',
  st_makepoint: 'postgis',
  unaccent: 'unaccent',
  uuid_generate_v1: 'uuid-ossp',
  uuid_generate_v4: 'uuid-ossp',
  vector: 'vector',
};

/** `CREATE EXTENSION citext;` for `public.citext` or `citext(text)`, if an extension is known to have it. */
function createExtension(name: string): string | undefined {
  const bare = name.replace(/\(.*$/, '').split('.').at(-1)?.replaceAll('"', '') ?? '';
  const extension = OF_EXTENSION[bare.toLowerCase()];
  if (extension === undefined) return undefined;
  return `CREATE EXTENSION ${quoted(extension)};`;
}

const quoted = (extension: string) => (/\W/.test(extension) ? `"${extension}"` : extension);

/** What is known of the statement that failed. */
interface FailedStatement {
  readonly sql?: string;
  /** How a migration of this tool runs a statement outside of a transaction. */
  readonly transactionRemedy?: string;
}

interface Remedy {
  /** SQLSTATEs. */
  readonly codes: readonly string[];
  readonly message?: RegExp;
  /** `name` is what the first group of `message` matched. */
  readonly remedy: (name: string, statement: FailedStatement) => string;
}

const provide = (what: string, example: string) => `Check the name of ${what}. ${provideOnly(what, example)}`;

const provideOnly = (what: string, example: string) =>
  `If something other than the migrations creates ${what} in production, create it in an SQL file, for example with \`${example}\`, and set \`setup: 'setup.sql'\` in the config.`;

const otherDialect = (why: string) =>
  `Check that the migrations are for PostgreSQL: ${why}. If a project has migrations for several databases, set \`migrations\` in the config to the folder for PostgreSQL.`;

/** For tools that run a single statement without a transaction. */
const OWN_FILE = 'Put the statement in a file of its own.';

/** A PostgreSQL that is installed on this machine can have packages that the bundled one lacks. */
const OWN_SERVER_PROGRAMS =
  'Or install it beside a PostgreSQL on this machine, and set `postgresBin` in the config to the folder of its programs.';

function serverWithExtension(extension: string): string {
  const image = IMAGES[extension];
  const server = 'Use a server that has the extension, with `--scratch-url`';
  if (image !== undefined)
    return `${server}: \`docker run -d -p 5433:5432 -e POSTGRES_HOST_AUTH_METHOD=trust ${image}\`, and \`--scratch-url postgres://postgres@localhost:5433/postgres\`.`;
  return ONLY_ON_SUPABASE.includes(extension)
    ? `${server}: a Supabase project can start one with \`npx supabase start\`, and take the database URL that it prints.`
    : `${server}: its package must be installed there. ${OWN_SERVER_PROGRAMS}`;
}

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
  {
    codes: ['57014'],
    message: /^COPY from stdin failed/,
    remedy: () => 'Write the rows as INSERT: this tool sends no data for `COPY … FROM STDIN`.',
  },
  { codes: ['53100'], remedy: () => 'Free some disk space, or set TMPDIR to a folder that has more.' },
  {
    codes: ['0A000', '58P01', '22023', 'F0000'],
    message:
      /extension "(.*)" is not available|extension control file "[^"]*?([^/"]+)\.control"|could not load library/,
    remedy: serverWithExtension,
  },
  {
    codes: ['58P01'],
    message: /could not access file/,
    remedy: () =>
      `Install the library on a server, and use that server with \`--scratch-url\`. ${OWN_SERVER_PROGRAMS}`,
  },
  {
    codes: ['42883'],
    message: /could not find function "(.*)" in file/,
    remedy: (name) =>
      `Check the name ${name}. The scratch server may also have another version of the library: use a server that has the version of production, with \`--scratch-url\`.`,
  },
  {
    codes: ['22023'],
    message: /extension "(.*)" has no installation script/,
    remedy: (extension) =>
      `Create the extension ${extension} without \`VERSION\`, or use a server that has this version, with \`--scratch-url\`.`,
  },
  {
    codes: ['3F000'],
    // An extension has a schema of its own, which a migration may use without creating the extension.
    message: /schema "(cron|net)" does not exist/,
    remedy: (schema) =>
      `The extension pg_${schema} creates the schema. If the project runs on Supabase, set \`platform: 'supabase'\`, and add \`CREATE EXTENSION pg_${schema};\` to an SQL file with \`setup: 'setup.sql'\`: driftmark then replaces the extension with functions that do nothing. Or use a server that has the extension, with \`--scratch-url\`.`,
  },
  {
    codes: ['3F000'],
    message: /schema "(auth|storage|extensions|realtime|vault|graphql_public)" does not exist/,
    remedy: (schema) =>
      `If the project runs on Supabase, set \`platform: 'supabase'\` in the config: driftmark then creates what Supabase provides. ${provideOnly('the schema', `CREATE SCHEMA ${schema};`)}`,
  },
  {
    codes: ['3F000'],
    message: /schema "(.*)" does not exist/,
    remedy: (schema) => provide('the schema', `CREATE SCHEMA ${schema};`),
  },
  { codes: ['3F000'], remedy: () => provide('the schema', 'CREATE SCHEMA …;') },
  {
    codes: ['42704'],
    message: /type "(.*)" does not exist/,
    remedy: (type) => provide('the type', createExtension(type) ?? 'CREATE TYPE …;'),
  },
  {
    codes: ['42704'],
    message: /operator class "(.*)" does not exist/,
    remedy: (name) => provide('the operator class', createExtension(name) ?? 'CREATE OPERATOR CLASS …;'),
  },
  {
    codes: ['42704'],
    message: /required extension "(.*)" is not installed/,
    remedy: (extension) =>
      `Add CASCADE to the statement, or create the extension first: \`CREATE EXTENSION ${quoted(extension)};\`.`,
  },
  {
    codes: ['42704'],
    message: /language "(.*)" does not exist/,
    remedy: (language) => provide('the language', `CREATE EXTENSION ${language};`),
  },
  {
    codes: ['42883'],
    message: /function (strftime|julianday|datetime|ifnull|unix_timestamp|group_concat|utc_timestamp|uuid)\(/,
    remedy: (name) => otherDialect(`${name}() is a function of MySQL or SQLite`),
  },
  {
    codes: ['42883'],
    message: /function (.*) does not exist/,
    remedy: (name) =>
      provide('the function', createExtension(name) ?? 'CREATE EXTENSION …;') +
      ' If PostgreSQL removed it in a newer version, set `postgresVersion` to the version of production.',
  },
  {
    codes: ['42P01'],
    message: /relation "(.*)" does not exist/,
    remedy: (relation) =>
      `Check the order of the migrations, and that the one that creates ${relation} is in the folder. ` +
      provideOnly('it', `CREATE TABLE ${relation} (…);`),
  },
  {
    codes: ['42601'],
    message: /at or near "(auto_?increment|engine|unsigned|`.*)"$/i,
    remedy: () => otherDialect('this is the syntax of MySQL or SQLite'),
  },
  {
    codes: ['42601'],
    remedy: () =>
      'Fix the SQL. If it works in production, set `postgresVersion` in the config to the version of production: words become reserved in newer versions.',
  },
  {
    codes: ['2D000'],
    message: /subtransaction/,
    remedy: () =>
      'PostgreSQL does not allow COMMIT and ROLLBACK in a block that has an EXCEPTION clause: remove the clause, or the COMMIT.',
  },
  {
    codes: ['2D000'],
    remedy: (_, { sql = '', transactionRemedy = OWN_FILE }) =>
      /^\s*(do|call)\b/i.test(sql) || sql === ''
        ? `COMMIT and ROLLBACK in a DO block or a procedure only work outside of a transaction. ${transactionRemedy}`
        : 'PostgreSQL does not allow COMMIT and ROLLBACK in functions: write a procedure, and run it with CALL, outside of a transaction.',
  },
  {
    codes: ['25001'],
    remedy: (_, { transactionRemedy = OWN_FILE }) => transactionRemedy,
  },
  {
    codes: ['55P04'],
    remedy: () =>
      'Use the new value in a later migration: PostgreSQL commits a new value of an enum before it can be used.',
  },
  {
    codes: ['55P03'],
    remedy: () =>
      'The lock is held by another connection that the migration itself opened. Use a single connection, or commit before opening a second one.',
  },
];

/** What to do about an error of PostgreSQL, if its code and message say more than that the migration is wrong. */
export function databaseRemedy(
  { code, message }: DatabaseError,
  statement: FailedStatement = {},
): string | undefined {
  for (const { codes, message: pattern, remedy } of REMEDIES) {
    if (!codes.includes(code)) continue;
    const found: readonly (string | undefined)[] | null = pattern === undefined ? [] : pattern.exec(message);
    // A group that did not take part is undefined.
    if (found !== null) return remedy(found.slice(1).find((group) => group !== undefined) ?? '', statement);
  }
  return undefined;
}
