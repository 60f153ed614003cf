import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DriftmarkError } from '../../../errors.js';
import { refuseOtherLibraries } from '../code/libraries.js';
import { findKnexfile, readKnexfile } from './knexfile-reader.js';
import type { FolderListing } from '../../folder-listing.js';
import { defineLayout, type Evidence, type FolderContents, type ReadContext } from '../layout.js';
import { refusal } from '../sql-files.js';
import { displayPath } from '../../errors/source-location.js';

/** knex's DEFAULT_LOAD_EXTENSIONS. */
const knexExtensions = ['.co', '.coffee', '.eg', '.iced', '.js', '.cjs', '.litcoffee', '.ls', '.ts'];
/** Extensions that knex loads only if a knexfile, or the call that runs the migrations, names them. */
const optionalExtensions = ['.mjs', '.mts', '.cts'];

const own = { name: 'knex', title: 'knex' } as const;

/**
 * Folders that knex's own migrator runs. The files are chosen as in knex: all files with one of the extensions, in
 * order of name. `.mjs`, `.mts` and `.cts` are included if the knexfile names them, or if the folder has no other
 * files, because then the project must have configured knex for them.
 */
export const knex = defineLayout({
  ...own,
  docs: { files: '`.js`, `.cjs`, `.mjs`, `.ts`', remark: "runs the project's own knex, with its knexfile" },
  defaultFolders: ['migrations', 'db/migrations', 'src/migrations'],
  transactionRemedy:
    'Add `exports.config = { transaction: false };` to the file: knex then runs it without a transaction.',
  detect: async (folder) => {
    const files = chosen(folder.files).filter((name) => !TEST_FILE.test(name));
    const first = files[0];
    if (first === undefined) return elsewhere(folder);
    for (const name of files) {
      const file = path.join(folder.dir, name);
      if (/^\d/.test(name)) return { strength: 'likely', file, mark: `\`${name}\`` };
      if (exportsUp(await readFile(file, 'utf8').catch(() => '')))
        return { strength: 'likely', file, mark: 'an exported function `up`' };
    }
    return { strength: 'possible', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder, context) => {
    const { dir, files, projectDir } = folder;
    await refuseOtherLibraries(folder, chosen(files), own);
    const knexfile = context.knexfile ?? (await findKnexfile(dir, projectDir));
    return knexfile === undefined
      ? fromNames(dir, files)
      : fromKnexfile({ dir, files, projectDir }, knexfile, context);
  },
});

/** The folder `migrations` is only a default; a knexfile may name another one. */
async function elsewhere({ dir, projectDir }: FolderListing): Promise<Evidence | undefined> {
  const knexfile =
    dir === path.join(projectDir, 'migrations') ? await findKnexfile(dir, projectDir) : undefined;
  return knexfile === undefined
    ? undefined
    : { strength: 'possible', file: knexfile, mark: `\`${path.basename(knexfile)}\`` };
}

/** A folder of tests and type declarations is not a folder of migrations. */
const TEST_FILE = /\.(test|spec|d)\.[cm]?[jt]s$/;

function chosen(files: readonly string[]): string[] {
  const usual = files.filter((file) => knexExtensions.includes(path.extname(file)));
  return usual.length > 0 ? usual : files.filter((file) => optionalExtensions.includes(path.extname(file)));
}

/** Judged by the text, because detection must not run code. */
const exportsUp = (text: string) => EXPORTED_UP.test(text);

/** `exports.up =`, `export async function up`, `export { up }`, `module.exports = { up }`, `export default { up }`. */
const EXPORTED_UP =
  /\bexports\.up\b|\bexport\s+(?:async\s+)?(?:function|const|let|var)\s+up\b|\bexport\s*\{[^}]*\bup\b|(?:\bmodule\.exports\s*=|\bexport\s+default)\s*\{[^]*?\bup\b/;

/** SQL files with a number among knex migrations look like migrations, but knex runs only its own files. */
async function unusedSqlNotice(dir: string, files: readonly string[]): Promise<readonly string[]> {
  const sql = files.filter((file) => /^\d.*\.sql$/.test(file));
  if (sql.length === 0) return [];
  const sources = await Promise.all(
    chosen(files).map((file) => readFile(path.join(dir, file), 'utf8').catch(() => '')),
  );
  // A migration may read an SQL file.
  const unused = sql.filter((file) => !sources.some((source) => source.includes(file)));
  const [first] = unused;
  if (first === undefined) return [];
  const file = displayPath(path.join(dir, first));
  return [
    unused.length === 1
      ? `knex does not run ${file}: the report does not contain what it creates`
      : `knex does not run ${file} and ${unused.length - 1} more SQL files: the report does not contain what they create`,
  ];
}

async function fromNames(dir: string, files: readonly string[]): Promise<FolderContents> {
  const names = chosen(files).sort();
  // knex refuses a migration without `down`, so each has one.
  const migrations = names.map((name) => ({ name, file: path.join(dir, name), hasDown: true }));
  const ignored = files.filter(
    (file) => !names.includes(file) && optionalExtensions.includes(path.extname(file)),
  );
  const notices = ignored.map(
    (file) =>
      `knex does not load ${displayPath(path.join(dir, file))}: ` +
      `name \`${path.extname(file)}\` in \`migrations.loadExtensions\` of a knexfile if it is a migration`,
  );
  return { migrations, notices: [...notices, ...(await unusedSqlNotice(dir, files))] };
}

async function fromKnexfile(
  { dir, files, projectDir }: Pick<FolderListing, 'dir' | 'files' | 'projectDir'>,
  knexfile: string,
  context: ReadContext,
): Promise<FolderContents> {
  const said = await readKnexfile(knexfile, projectDir, context);
  const own = context.knexfile !== undefined || said.directories.includes(dir) || said.hasSource;
  // The folder `migrations` is only the default. The knexfile takes precedence.
  const elsewhere = !own && dir === path.join(projectDir, 'migrations') && chosen(files).length === 0;
  if (!own && !elsewhere) {
    const contents = await fromNames(dir, files);
    const notice = `${displayPath(knexfile)} is not used: its \`migrations.directory\` is not ${displayPath(dir)}.`;
    return { ...contents, notices: [...(contents.notices ?? []), notice] };
  }
  if (said.client !== undefined && !POSTGRES_CLIENTS.test(said.client))
    throw otherClient(knexfile, said.client);
  if (said.missing.length > 0) {
    throw new DriftmarkError(
      'migrations-invalid',
      `The folder ${displayPath(said.missing.join(', '))} does not exist.`,
      {
        place: { file: knexfile, object: 'migrations.directory' },
        remedy: 'Create the folder, or remove it from the knexfile: knex refuses to run without it.',
      },
    );
  }
  const { tableName = 'knex_migrations', schemaName } = said;
  const inSchema = { tool: 'knex', ...(schemaName !== undefined && { schema: schemaName }) };
  return {
    dir: elsewhere ? (said.directories[0] ?? dir) : dir,
    migrations: said.migrations.map(({ name, file }) => ({ name, file, hasDown: true })),
    toolConfig: knexfile,
    ...(context.knexEnvironment !== undefined && { toolEnvironment: context.knexEnvironment }),
    historyTables: [
      { ...inSchema, table: tableName, nameColumn: 'name' },
      { ...inSchema, table: `${tableName}_lock` },
      // The sequences of their columns.
      { ...inSchema, table: `${tableName}_id_seq` },
      { ...inSchema, table: `${tableName}_lock_index_seq` },
    ],
  };
}

/** What knex accepts as a client for PostgreSQL. */
const POSTGRES_CLIENTS = /^(pg|postgres|postgresql|pgnative|pg-native)$/;

function otherClient(knexfile: string, client: string): DriftmarkError {
  return refusal(
    { file: knexfile },
    `${displayPath(knexfile)} has \`client: '${client}'\`, which is not PostgreSQL.`,
    "If the knexfile has an environment that uses PostgreSQL, set `knexEnvironment` in the config to its name, for example `knexEnvironment: 'production'`.",
  );
}
