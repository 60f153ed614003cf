import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DriftmarkError } from '#src/errors.js';
import { findMigrations, withMigrationRunner, type MigrationsFolder } from '#src/migrations/migrations.js';
import { connect } from '#src/scratch/client.js';
import type { ScratchServer } from '#src/scratch/scratch.js';
import { inFolder } from '../support/folders.js';

/** The files of a project, by their relative paths. */
export type Files = Readonly<Record<string, string>>;

/** Calls a function in a project with these files. */
export function inProject<T>(files: Files, use: (dir: string) => Promise<T>): Promise<T> {
  return inFolder(async (dir) => {
    await mkdir(path.join(dir, 'migrations'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
      await writeFile(path.join(dir, name), text);
    }
    return use(dir);
  });
}

/** The migrations that are found in the folder `migrations` of a project. */
export const find = (dir: string, folder = 'migrations'): Promise<MigrationsFolder> =>
  findMigrations(path.join(dir, folder), { projectDir: dir });

/** The names of the migrations, or the error message. */
export const foundIn = (files: Files): Promise<readonly string[] | { code: string; message: string }> =>
  inProject(files, (dir) =>
    find(dir).then(
      ({ migrations }) => migrations.map(({ name }) => name),
      (thrown: unknown) => {
        const { code, message } = thrown as DriftmarkError;
        return { code, message: message.replaceAll(dir, '.') };
      },
    ),
  );

/** The result of running all migrations of a project up, and then down if requested. */
export interface Run {
  readonly error?: DriftmarkError;
  /** The output of the migrations. */
  readonly output: string;
  /** The tables at the end, without the history tables. */
  readonly tables: readonly string[];
  /** The rows of the table `told`, if it exists. */
  readonly told: readonly string[];
}

export interface RunOptions {
  readonly down?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** The maximum duration of a migration in milliseconds. */
  readonly timeout?: number;
  /** Called with the folder of the project before the migrations run. */
  readonly prepare?: (dir: string) => Promise<void>;
}

/** Runs the migrations of a project in a new database. */
export function runAll(
  server: ScratchServer,
  files: Files,
  { down = false, env = {}, timeout, prepare }: RunOptions = {},
): Promise<Run> {
  return inProject(files, async (dir) => {
    await prepare?.(dir);
    const database = await server.createDatabase();
    const before = { ...process.env };
    Object.assign(process.env, env);
    let output = '';
    const stderr = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    try {
      let error: DriftmarkError | undefined;
      try {
        const folder = await findMigrations(path.join(dir, 'migrations'), { projectDir: dir, stderr });
        const { connection } = database;
        const options = {
          folder,
          connection,
          projectDir: dir,
          stderr,
          ...(timeout !== undefined && { timeout }),
        };
        await withMigrationRunner(options, async (runner) => {
          await runner.upAll();
          if (down) for (const each of folder.migrations.toReversed()) await runner.down(each);
        });
      } catch (thrown) {
        error = thrown as DriftmarkError;
      }
      return { ...(error && { error }), output, ...(await whatIsThere(database.connection)) };
    } finally {
      for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
      await database.drop();
    }
  });
}

async function whatIsThere(connection: Parameters<typeof connect>[0]): Promise<Pick<Run, 'tables' | 'told'>> {
  const client = await connect(connection, new AbortController().signal);
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
        AND relname NOT LIKE 'knex%' AND relname NOT LIKE '%_pkey' ORDER BY 1`,
    );
    const tables = rows.map(({ name }) => name);
    if (!tables.includes('told')) return { tables, told: [] };
    const told = await client.query<{ what: string }>('SELECT what FROM told');
    return { tables: tables.filter((name) => name !== 'told'), told: told.rows.map(({ what }) => what) };
  } finally {
    await client.end();
  }
}

/** A knex migration that creates a table. */
export const makesTable = (name: string, start = 'exports.up =', more = 'exports.down ='): string =>
  `${start} (knex) => knex.schema.createTable('${name}', (t) => { t.integer('id'); });
${more} (knex) => knex.schema.dropTable('${name}');
`;

/** The same migration as an ES module. */
export const makesTableAsModule = (name: string): string =>
  makesTable(name, 'export const up =', 'export const down =');
