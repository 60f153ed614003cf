import type { Files } from '../support/repository.js';

/**
 * What a user reads in each situation, compared whole: `messages/<name>.txt`. After a change of words:
 * `npx vitest run tests/cli/messages.test.ts --update`, and read the difference.
 */
export interface Situation {
  readonly name: string;
  /** Without it, `check`. */
  readonly args?: readonly string[];
  /** Besides a package.json. */
  readonly files?: Files;
  readonly env?: NodeJS.ProcessEnv;
  /** Shell commands that run before, in the folder. */
  readonly before?: string;
  /** Whether `update` runs before. */
  readonly isUpdated?: true;
}

export const UP = { 'migrations/1_boats.sql': 'CREATE TABLE boats (id int);\n' };
export const config = (settings: unknown): Files => ({ 'driftmark.config.json': JSON.stringify(settings) });
const migration = (text: string, name = '1_boats.sql'): Files => ({ [`migrations/${name}`]: text });
const knexfile = (body: string): Files =>
  migration(`exports.up = ${body};\nexports.down = async () => {};\n`, '1_boats.js');

export const USAGE: readonly Situation[] = [
  { name: 'unknown-option', args: ['check', '--nope'] },
  { name: 'check-fix', args: ['check', '--fix'] },
  { name: 'update-check', args: ['update', '--check'] },
  { name: 'init-dry-run', args: ['init', '--dry-run'] },
  { name: 'help-unknown-command', args: ['help', 'chek'] },
  { name: 'jobs-0', args: ['check', '--jobs', '0'] },
  { name: 'unknown-reporter', args: ['check', '--reporter', 'jsn'] },
  { name: 'unknown-class', args: ['check', '--fail-on', 'breking'] },
  { name: 'unknown-format', args: ['check', '--report-format', 'ful'] },
  { name: 'two-reporters-on-stdout', args: ['check', '--reporter', 'text', '--reporter', 'json'], files: UP },
  { name: 'engine-server-without-url', args: ['check', '--engine', 'server'], files: UP, env: {} },
  { name: 'no-such-folder', args: ['check', 'nosuch'] },
  { name: 'file-of-no-target', args: ['check', 'package.json'], files: UP },
  { name: 'no-such-source', args: ['show', 'nosuch'] },
  { name: 'show-package-without-migrations', args: ['show', '.'] },
  { name: 'url-as-target', args: ['check', 'postgres://reader:hush@db.example.com/shop'] },
  { name: 'allow-pending-without-database', args: ['check', '--allow-pending'], files: UP },
  { name: 'live-without-database', args: ['check', '--live'], files: UP },
  { name: 'url-is-not-one', args: ['check', '--url', 'localhost/shop'], files: UP },
  {
    name: 'several-urls-are-not-valid',
    args: ['check', '--url', 'localhost/shop', '--url', 'postgres://a:50%@h/shop'],
    files: UP,
  },
  { name: 'url-with-percent', args: ['check', '--url', 'postgres://a:50%@h/shop'], files: UP },
  { name: 'url-with-at-in-password', args: ['check', '--url', 'postgres://a:hu@sh@h/shop'], files: UP },
  {
    name: 'urls-from-empty-file',
    args: ['check', '--urls-from', 'urls.txt'],
    files: { ...UP, 'urls.txt': '# x\n' },
  },
  { name: 'init-without-terminal', args: ['init', '--quiet'], files: UP },
  {
    name: 'init-several-postgres-versions',
    args: ['init'],
    files: { ...UP, 'compose.yml': 'image: postgres:15\nimage: postgres:16\n' },
    env: {},
  },
  { name: 'init-without-migrations', args: ['init'] },
  {
    name: 'schema-that-does-not-exist',
    args: ['check', '--schema', 'biling'],
    files: { 'migrations/1_boats.sql': 'CREATE SCHEMA billing;\nCREATE TABLE boats ();\n' },
  },
];

export const CONFIG: readonly Situation[] = [
  { name: 'config-unknown-setting', files: { ...UP, ...config({ migration: 'db' }) } },
  {
    name: 'config-wrong-types',
    files: { ...UP, ...config({ migrations: 42, schemas: 'public', postgresVersion: '16' }) },
  },
  { name: 'config-is-not-an-object', files: { ...UP, ...config('db') } },
  {
    name: 'config-function-returns-nothing',
    files: { ...UP, 'driftmark.config.mjs': 'export default () => 42;\n' },
  },
  { name: 'config-does-not-exist', args: ['check', '--config', 'nosuch.js'], files: UP },
  {
    name: 'config-imports-what-is-missing',
    files: { ...UP, 'driftmark.config.mjs': "import 'nosuch';\nexport default {};\n" },
  },
  {
    name: 'config-with-syntax-error',
    files: { ...UP, 'driftmark.config.mjs': 'export default {\n  schemas: [,\n' },
  },
  { name: 'config-fail-on-nothing', files: { ...UP, ...config({ failOn: [] }) } },
  { name: 'config-empty-lists', files: { ...UP, ...config({ targets: [], schemas: [] }) } },
  { name: 'config-pattern-matches-nothing', files: { ...UP, ...config({ targets: ['packages/*'] }) } },
  { name: 'config-target-does-not-exist', files: { ...UP, ...config({ targets: ['nosuch'] }) } },
  { name: 'setup-does-not-exist', files: { ...UP, ...config({ setup: 'setup.sql' }) } },
  {
    name: 'setup-fails',
    files: { ...UP, ...config({ setup: 'setup.sql' }), 'setup.sql': 'SELECT 1;\nSELECT nothing;\n' },
  },
  { name: 'migrations-folder-does-not-exist', files: { ...UP, ...config({ migrations: 'db' }) } },
  {
    name: 'variable-is-not-set',
    args: ['check', '--live'],
    files: { ...UP, ...config({ url: '${NOSUCH_URL}' }) },
  },
];

export const MIGRATIONS: readonly Situation[] = [
  {
    name: 'unknown-type',
    files: migration('CREATE TABLE boats (\n  id int PRIMARY KEY,\n  name tekst\n);\n'),
  },
  { name: 'reserved-word', files: migration('CREATE TABLE people (system_user text);\n') },
  { name: 'missing-table', files: migration('ALTER TABLE schema_history ADD tool text;\n') },
  {
    name: 'missing-role',
    files: migration('CREATE TABLE boats ();\nGRANT SELECT ON boats TO sailor_of_messages;\n'),
  },
  { name: 'missing-extension', files: migration('CREATE EXTENSION vector;\n') },
  { name: 'language-without-library', files: migration('CREATE EXTENSION plpython3u;\n') },
  {
    name: 'missing-library',
    files: migration(
      "CREATE FUNCTION depth(int) RETURNS int AS '$libdir/harbour', 'depth' LANGUAGE C STRICT;\n",
    ),
  },
  { name: 'psql-command', files: migration("CREATE TABLE boats ();\n\\copy boats FROM 'boats.csv'\n") },
  {
    name: 'concurrently',
    files: migration('CREATE TABLE boats (id int);\nCREATE INDEX CONCURRENTLY ON boats (id);\n'),
  },
  { name: 'commit-in-do', files: migration('CREATE TABLE boats ();\nDO $$ BEGIN COMMIT; END $$;\n') },
  {
    name: 'commit-in-function',
    files: migration(
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nSELECT f();\n',
    ),
  },
  {
    name: 'down-section-in-sql',
    files: migration('CREATE TABLE boats ();\n-- rollback\nDROP TABLE boats;\n'),
  },
  { name: 'created-nothing', args: ['update'], files: migration('SELECT 1;\n') },
  { name: 'knex-query-fails', files: knexfile("async (knex) => {\n  await knex.raw('SELECT nothing');\n}") },
  {
    name: 'knex-own-error',
    files: knexfile("async () => {\n  throw new Error('Please configure HARBOUR_TOKEN');\n}"),
  },
  { name: 'knex-type-error', files: knexfile('async () => {\n  process.env.NOSUCH.trim();\n}') },
  {
    name: 'knex-missing-module',
    files: migration(
      "const uuid = require('nosuch-uuid');\nexports.up = exports.down = async () => uuid;\n",
      '1_boats.js',
    ),
  },
  {
    name: 'knex-missing-file',
    files: migration("require('../lib/boats');\nexports.up = exports.down = async () => {};\n", '1_boats.js'),
  },
  {
    name: 'knex-concurrently',
    files: knexfile("(knex) => knex.raw('CREATE INDEX CONCURRENTLY ON boats (id)')"),
  },
  {
    name: 'typescript-syntax-error',
    files: migration(
      'export const up = async () => {};\nexport const down = async (: any) => {};\n',
      '1_boats.ts',
    ),
  },
  {
    name: 'down-fails',
    files: {
      ...migration('CREATE TABLE boats ();', '1_boats.up.sql'),
      ...migration('DROP TABLE nosuch;', '1_boats.down.sql'),
    },
  },
  {
    name: 'migrations-of-two-tools',
    files: {
      ...migration('-- +goose Up\nSELECT 1;\n'),
      ...migration('-- migrate:up\nSELECT 1;\n-- migrate:down\n', '2_more.sql'),
    },
  },
  { name: 'knex-without-down', files: migration('exports.up = async () => {};\n', '1_boats.js') },
  {
    name: 'knexfile-missing-module',
    files: { ...knexfile('async () => {}'), 'knexfile.js': "module.exports = require('nosuch-config');\n" },
  },
  { name: 'knex-never-ends', files: knexfile('() => new Promise(() => {})') },
  { name: 'knex-ends-the-process', files: knexfile('async () => {\n  process.exit(3);\n}') },
  {
    name: 'tool-package-is-not-installed',
    files: migration('exports.up = (pgm) => {\n  pgm.createTable("boats", {});\n};\n', '1_boats.js'),
  },
  {
    name: 'sql-among-knex-migrations',
    args: ['update'],
    files: {
      ...knexfile('(knex) => knex.schema.createTable("boats", () => {})'),
      ...migration('SELECT 1;', '2_more.sql'),
    },
  },
];

export const REPORTS: readonly Situation[] = [
  { name: 'no-report', files: UP },
  {
    name: 'report-with-another-name',
    files: UP,
    isUpdated: true,
    before: `echo '{ "name": "port" }' > package.json`,
  },
  {
    name: 'grants-change',
    files: migration('CREATE TABLE boats (id int);\nGRANT SELECT, DELETE ON boats TO pg_monitor;\n'),
    isUpdated: true,
    before: `echo 'REVOKE DELETE ON boats FROM pg_monitor; GRANT SELECT, INSERT ON boats TO PUBLIC; GRANT UPDATE ON boats TO pg_monitor WITH GRANT OPTION;' > migrations/2_grants.sql`,
  },
  {
    name: 'report-lacks-a-failed-down',
    files: UP,
    isUpdated: true,
    before: `echo 'SELECT 1;' > migrations/2_x.down.sql && echo 'ALTER TABLE boats ADD name text;' > migrations/2_x.up.sql`,
  },
  {
    name: 'files-in-order-of-number',
    args: ['update'],
    files: { ...migration('SELECT 1;', '10_a.sql'), ...migration('CREATE TABLE boats ();', '2_b.sql') },
  },
  { name: 'live-without-report', args: ['check', '--url', 'postgres://a@127.0.0.1:1/shop'], files: UP },
  {
    name: 'report-below-a-file',
    args: ['update', '--quiet'],
    files: { ...UP, ...config({ report: 'package.json/report.sql.md' }) },
  },
  {
    name: 'diff-with-a-schema-that-no-report-has',
    args: ['diff', 'report.sql.md', 'git:HEAD:report.sql.md', '--schema', 'pubic'],
    files: UP,
    isUpdated: true,
    before: 'git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm x',
  },
  { name: 'report-is-a-directory', files: UP, before: 'mkdir report.sql.md' },
  {
    name: 'report-is-another-file',
    args: ['update'],
    files: { ...UP, 'report.sql.md': '# My schema notes\n' },
  },
  {
    name: 'report-is-newer',
    args: ['update'],
    files: { ...UP, 'report.sql.md': '## SQL Report file for "harbour"\n\n<!-- driftmark format=9 -->\n' },
  },
  {
    name: 'unknown-revision',
    args: ['check', '--changed-since', 'nosuchref'],
    files: UP,
    before: 'git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm x',
  },
  {
    name: 'nothing-changed',
    args: ['check', '--changed-since', 'HEAD'],
    files: UP,
    before: 'git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm x',
  },
  {
    name: 'refused-connection',
    args: ['check', '--url', 'postgres://a@127.0.0.1:1/shop'],
    files: UP,
    isUpdated: true,
  },
];
