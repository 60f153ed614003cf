import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { sink } from './runner/child-process.js';
import type { Layout, LayoutName, MigrationsFolder } from './layouts/layout.js';
import { layouts } from './layouts/layouts.js';
import { displayPath } from './errors/source-location.js';

export { startSpare, type SpareProcess } from './runner/child-process.js';
export type { Migration, MigrationsFolder } from './layouts/layout.js';
export { withMigrationRunner, type MigrationRunner } from './runner/runner.js';

export interface FindOptions {
  /** The package that the migrations belong to: where a knexfile may be. */
  readonly projectDir: string;
  /** How the folder is laid out; found out by default. */
  readonly layout?: LayoutName;
  /** Takes what a knexfile prints while it is loaded. */
  readonly stderr?: NodeJS.WritableStream | ((chunk: Buffer) => void);
  readonly signal?: AbortSignal;
  /** The longest that a knexfile may take to load, in milliseconds; a minute by default. */
  readonly knexfileTimeout?: number;
}

/**
 * The migrations of a folder, in order. Without `layout` the folder is taken for the first layout whose
 * migrations it seems to hold (files with a leading digit, or that export `up`), else for the first that
 * can use any file in it at all. So SQL files beside JavaScript migrations are theirs to read, and a
 * script beside SQL migrations is none.
 *
 * No code of the user's runs, but for a knexfile in `projectDir`, in a child process.
 *
 * @throws DriftmarkError `no-migrations` (no such folder, or nothing in it to run), `migrations-invalid`.
 */
export async function findMigrations(dir: string, options: FindOptions): Promise<MigrationsFolder> {
  const folder = path.resolve(dir);
  const context = {
    projectDir: path.resolve(options.projectDir),
    stderr: sink(options.stderr ?? (() => undefined)),
    ...(options.signal && { signal: options.signal }),
    ...(options.knexfileTimeout !== undefined && { knexfileTimeout: options.knexfileTimeout }),
  };
  const files = await filesIn(folder);
  for (const layout of await candidates(folder, files, options.layout)) {
    const found = await layout.find(folder, files, context);
    if (found.migrations.length > 0) return found;
  }
  throw noMigrations(folder, options.layout);
}

/**
 * Whether a folder holds migrations, judged by names and at most a look into the text of its files: one
 * file at least that a layout could run, whose name begins with a digit or which exports `up`. A folder
 * of helpers is none. For a folder that the user named, ask `findMigrations`, which is less strict.
 */
export async function hasMigrations(dir: string): Promise<boolean> {
  return (await likelyLayout(dir)) !== undefined;
}

/** The layout of what `hasMigrations` takes for migrations. */
export async function likelyLayout(dir: string): Promise<LayoutName | undefined> {
  const files = await filesIn(path.resolve(dir));
  for (const layout of Object.values<Layout>(layouts)) {
    if (await layout.looksLikeMigrations(path.resolve(dir), files)) return layout.name;
  }
  return undefined;
}

/** The names of what lies in a folder; none where there is no folder. */
async function filesIn(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new DriftmarkError('file-failed', `${displayPath(dir)} could not be read: ${String(error)}`, {
      place: { file: dir },
      remedy: 'Let this user read the folder.',
      cause: error,
    });
  }
}

async function candidates(
  dir: string,
  files: readonly string[],
  named: LayoutName | undefined,
): Promise<Layout[]> {
  if (named !== undefined) return [layouts[named]];
  const all = Object.values<Layout>(layouts);
  const likely: Layout[] = [];
  for (const layout of all) if (await layout.looksLikeMigrations(dir, files)) likely.push(layout);
  return [...likely, ...all.filter((layout) => !likely.includes(layout))];
}

function noMigrations(dir: string, layout: LayoutName | undefined): DriftmarkError {
  const shown = displayPath(dir) || '.';
  const kind = layout === undefined ? '' : ` of layout ${layout}`;
  return new DriftmarkError('no-migrations', `no migrations${kind} in ${shown}`, {
    place: { file: shown },
    remedy: 'Name the folder that holds them: knex migrations (.js, .cjs, .mjs, .ts) or SQL files (.sql).',
  });
}
