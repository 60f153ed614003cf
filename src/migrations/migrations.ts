import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { detectLayout, type DetectedFolder } from './detect.js';
import { displayPath } from './errors/source-location.js';
import { listFolderOrFile, withoutFiles } from './folder-listing.js';
import type { MigrationsFolder, ReadContext } from './layouts/layout.js';
import { LAYOUTS, type LayoutName } from './layouts/layouts.js';
import { ownHistoryTable } from './own-history-table.js';
import { refuseOtherTools } from './refusals.js';
import { sink } from './runner/child-process.js';

export { LAYOUTS, type LayoutName } from './layouts/layouts.js';
export { commandFolder, knowsMigrations } from './command/command.js';
export { listMigrations } from './command/list-migrations.js';
export { findKnexfile } from './layouts/knex/knexfile-reader.js';
export type { DetectedFolder } from './detect.js';
export type { Migration, MigrationCommand, MigrationsFolder } from './layouts/layout.js';
export { startSpare, type SpareProcess } from './runner/child-process.js';
export { withMigrationRunner, type MigrationRunner } from './runner/runner.js';
export { replaceMissingExtension, type PlatformExtensions } from './runner/missing-extensions.js';

/**
 * Detects the tool of the migrations in a folder from file names and contents; no user code runs. Undefined if the
 * folder does not exist, or if no layout can read a file in it.
 *
 * @param projectDir absolute path of the package that the migrations belong to
 * @param layout the setting of this name
 * @param exclude the setting of this name: files that are not migrations, as names or globs
 */
export async function detectMigrations(
  dir: string,
  projectDir: string,
  layout?: LayoutName,
  exclude: readonly string[] = [],
): Promise<DetectedFolder | undefined> {
  const listing = await listFolderOrFile(path.resolve(dir), path.resolve(projectDir));
  return detectLayout(withoutFiles(listing, exclude), layout);
}

/**
 * Whether a folder that the config does not name is a migrations folder. A layout could also run the files in a
 * folder of helpers, but neither their names nor their contents show that they are migrations.
 */
export const isMigrationsFolder = (detected: DetectedFolder | undefined): detected is DetectedFolder =>
  detected !== undefined && detected.evidence.strength !== 'possible';

export interface ReadOptions extends Pick<ReadContext, 'knexfile' | 'knexEnvironment' | 'placeholders'> {
  /** Receives the output of a configuration file of the tool while it is loaded. */
  readonly stderr?: NodeJS.WritableStream | ((chunk: Buffer) => void);
  readonly signal?: AbortSignal;
  /** The longest that a knexfile may take to load, in milliseconds; a minute by default. */
  readonly knexfileTimeout?: number;
}

/**
 * The migrations of a folder, in order.
 *
 * No user code runs, except a knexfile of the project, in a child process.
 *
 * @throws DriftmarkError `no-migrations` (the folder does not exist or is empty), `migrations-invalid`.
 */
export async function readMigrations(
  { layout, listing, conflict }: DetectedFolder,
  options: ReadOptions = {},
): Promise<MigrationsFolder> {
  if (conflict) throw conflict;
  const { knexfile, knexEnvironment, placeholders } = options;
  const contents = await layout.read(listing, {
    ...(knexfile !== undefined && { knexfile }),
    ...(knexEnvironment !== undefined && { knexEnvironment }),
    ...(placeholders && { placeholders }),
    stderr: sink(options.stderr ?? (() => undefined)),
    ...(options.signal && { signal: options.signal }),
    ...(options.knexfileTimeout !== undefined && { knexfileTimeout: options.knexfileTimeout }),
  });
  if (contents.migrations.length === 0) throw noMigrations(listing.dir, layout.name);
  refuseOtherTools(layout, listing, contents.migrations);
  const onConnect = [...ownHistoryTable(layout.name, contents.migrations), ...(contents.onConnect ?? [])];
  return {
    layout: layout.name,
    dir: listing.dir,
    session: 'reset',
    historyTables: [],
    notices: [],
    ...contents,
    ...(onConnect.length > 0 && { onConnect }),
  };
}

/** Detects and reads in one step. */
export async function findMigrations(
  dir: string,
  {
    projectDir,
    layout,
    ...options
  }: ReadOptions & { readonly projectDir: string; readonly layout?: LayoutName },
): Promise<MigrationsFolder> {
  const detected = await detectMigrations(dir, projectDir, layout);
  if (detected === undefined) throw noMigrations(path.resolve(dir));
  return readMigrations(detected, options);
}

export function noMigrations(dir: string, layout?: LayoutName): DriftmarkError {
  const shown = displayPath(dir) || '.';
  const what = layout === undefined ? 'migrations' : `migrations of layout ${layout}`;
  const titles = LAYOUTS.map(({ title }) => title).join(', ');
  return new DriftmarkError('no-migrations', `No ${what} found in ${shown}.`, {
    place: { file: shown },
    remedy: `Set \`migrations\` in the config to the folder that holds them. Supported: ${titles}.`,
  });
}
