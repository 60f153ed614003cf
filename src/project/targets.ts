import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import type { Config } from '../config/config.js';
import { omitUndefined } from '../util/omit-undefined.js';
import type { TargetSettings } from '../config/schema.js';
import { DriftmarkError } from '../errors.js';
import { findDefaultFolder } from './default-folder.js';
import { isForeignFolder } from './migration-folders.js';
import { assertUniqueReports } from './unique-reports.js';
import {
  assertPatternMatches,
  configured,
  foldersMatching,
  fromConfig,
  type Described,
  type TargetEntry,
} from './target-entries.js';
import {
  commandFolder,
  detectMigrations,
  isMigrationsFolder,
  noMigrations,
  readMigrations,
  type DetectedFolder,
  type Migration,
  type MigrationCommand,
  type MigrationsFolder,
  type ReadOptions,
} from '../migrations/migrations.js';
import { exists } from '../util/fs.js';

/** The name of a report, unless the setting `report` names another. */
export const USUAL_REPORT = 'report.sql.md';

/** One schema to check: a name, a migrations folder and a report. */
export interface Target {
  readonly name: string;
  /** Absolute path of the package that it belongs to. */
  readonly dir: string;
  /** Absolute paths. If a command runs the migrations, this is the package folder: the command may read any file in it. */
  readonly migrations: string;
  readonly report: string;
  /** Whether the migrations folder is the default one, because no setting names it. */
  readonly isDefaultFolder?: true;
  /** The command that runs the migrations, and the absolute path of the config that has it. */
  readonly command?: MigrationCommand & { readonly file: string };
  readonly settings: TargetSettings;
  /** What was found in the migrations folder when the target was found; undefined if nothing there can be read. */
  readonly detected: DetectedFolder | undefined;
  /** The entry of the config that describes it, if one does. */
  readonly entry?: TargetEntry;
}

/** Whether a target has a command, or a migrations folder with anything that its layout can read. */
export const hasMigrations = ({ detected, command }: Pick<Target, 'detected' | 'command'>): boolean =>
  detected !== undefined || command !== undefined;

/**
 * The migrations of a target, in order.
 * @throws {DriftmarkError} `no-migrations`, `migrations-invalid`
 */
export async function readTargetMigrations(
  { name, detected, migrations, settings, command, dir, isDefaultFolder }: Target,
  options: ReadOptions,
): Promise<MigrationsFolder> {
  if (command) {
    const { file, ...run } = command;
    return commandFolder(run, dir, file);
  }
  if (detected === undefined) throw noMigrations(migrations, settings.layout);
  const { knexfile, knexEnvironment, placeholders } = settings;
  if (knexfile !== undefined && !(await exists(knexfile)))
    throw new DriftmarkError('config', 'The knexfile does not exist.', {
      place: { file: knexfile },
      remedy: 'Correct the setting `knexfile`: a path relative to the config.',
    });
  const all = await readMigrations(detected, {
    ...(knexfile !== undefined && { knexfile }),
    ...(knexEnvironment !== undefined && { knexEnvironment }),
    ...(placeholders && { placeholders }),
    ...options,
  });
  const folder = { ...all, migrations: withoutExcluded(all.migrations, settings.exclude) };
  if (isDefaultFolder === undefined || detected.layout.name !== 'schema') return folder;
  const file = path.relative(dir, migrations);
  return {
    ...folder,
    notices: [...folder.notices, `${name}: no migrations found; the schema is read from ${file}.`],
  };
}

/** A knexfile may list files that the setting `exclude` leaves out. */
function withoutExcluded(
  migrations: readonly Migration[],
  exclude: readonly string[] = [],
): readonly Migration[] {
  if (exclude.length === 0) return migrations;
  const isExcluded = picomatch([...exclude], { dot: true });
  return migrations.filter(({ file }) => !isExcluded(path.basename(file)));
}

/**
 * Finds the targets: the packages of `paths`; without any, those in the config at or below the working directory; without
 * a config, the packages of the workspace, if the working directory is its root; else the package in it.
 * @param paths Package folders, migrations folders, or files in them, relative to the working directory.
 * @throws {DriftmarkError} `no-target` or `no-migrations`
 */
export async function findTargets(config: Config, paths: readonly string[]): Promise<readonly Target[]> {
  const packages = paths.length > 0 ? await named(config, paths) : await configured(config);
  const targets = (await Promise.all(packages.map((each) => targetsOf(each, config)))).flat();
  assertUniqueReports(targets, config.cwd);
  if (targets.length > 0) return targets;
  if (paths.length === 0) assertPatternMatches(config);
  throw new DriftmarkError(
    'no-target',
    `No migrations or report found in ${relative(config.cwd, config.cwd)}.`,
    {
      remedy:
        'Run `npx driftmark init` to set up this folder, pass another folder (`npx driftmark check <folder>`), or set `targets` in the config.',
    },
  );
}

async function named(config: Config, paths: readonly string[]): Promise<Described[]> {
  if (paths.some(isUrl)) {
    throw new DriftmarkError('usage', 'A database URL cannot be used as a target.', {
      remedy:
        'To check a database, pass its URL with --url. To print its schema, run `npx driftmark show <url>`.',
    });
  }
  const all = await fromConfig(config);
  const found = (
    await Promise.all(
      [...new Set(paths)].map((each) => namedBy(each, all, { config, isOneOfSeveral: paths.length > 1 })),
    )
  ).flat();
  return found.filter(({ dir }, at) => found.findIndex((other) => other.dir === dir) === at);
}

/** The packages that an argument names: a path, the name of a target, or a pattern that the shell did not expand. */
async function namedBy(
  text: string,
  all: readonly Described[],
  given: { readonly config: Config; readonly isOneOfSeveral: boolean },
): Promise<readonly Described[]> {
  const { config } = given;
  const place = path.resolve(config.cwd, text);
  if (await exists(place)) return [await describedAt(place, all, given)];
  for (const described of all)
    if ((await targetsOf(described, config)).some(({ name }) => name === text)) return [described];
  const { isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(text)) return [await describedAt(place, all, given)];
  const folders = await foldersMatching(text, config.cwd);
  const packages = await Promise.all(folders.map((each) => packageAt(each, all, config)));
  const found = packages.filter((each) => each !== undefined);
  if (found.length > 0) return found;
  throw new DriftmarkError('no-target', `${text} matches no package with migrations.`, {
    remedy: 'Correct the pattern, or pass a package that has migrations, such as packages/orders.',
  });
}

async function describedAt(
  place: string,
  all: readonly Described[],
  { config, isOneOfSeveral }: { readonly config: Config; readonly isOneOfSeveral: boolean },
): Promise<Described> {
  const shown = relative(config.cwd, place);
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) {
    throw new DriftmarkError('no-target', `No such file or folder: ${shown}.`, {
      remedy: 'Pass a package that has migrations, such as packages/orders.',
    });
  }
  const described = await packageAt(place, all, config);
  if (described) return described;
  throw new DriftmarkError(
    'no-migrations',
    found.isDirectory() ? `No migrations found in ${shown}.` : `${shown} does not belong to any target.`,
    {
      remedy:
        'Pass a package that has a `migrations` folder, or set `migrations` in the config if they are in another folder.' +
        (isOneOfSeveral
          ? ' If the shell expanded a pattern, quote the pattern: driftmark then skips folders without migrations.'
          : ''),
    },
  );
}

/** The package in a folder, or the package to which a migrations folder, a file in one, or a report belongs. */
async function packageAt(
  place: string,
  all: readonly Described[],
  config: Config,
): Promise<Described | undefined> {
  // A package that the config describes may have its migrations in the folder of another one.
  for (const described of all) {
    const targets = await targetsOf(described, config);
    if (described.dir === place ? targets.length > 0 : targets.some((target) => owns(target, place)))
      return described;
  }
  for (let dir = place; ; dir = path.dirname(dir)) {
    const described = all.find((candidate) => candidate.dir === dir) ?? { dir };
    const targets = await targetsOf(described, config);
    if (dir === place ? targets.length > 0 : targets.some((target) => owns(target, place))) return described;
    if (dir === path.dirname(dir)) return undefined;
  }
}

const owns = ({ migrations, report, settings }: Target, file: string) =>
  file === report || file === settings.setup || file === migrations || file.startsWith(migrations + path.sep);

/** Of any scheme: a path never starts like this, and a URL may hold a password that no message may repeat. */
const isUrl = (path: string) => /^[a-z][a-z\d+.-]*:\/\//i.test(path) || /^postgres(ql)?:/i.test(path);

/** The targets of a package: its migrations folder, and each subfolder of it with migrations. */
async function targetsOf(
  described: Described,
  { root, file, defaults, overrides }: Config,
): Promise<Target[]> {
  const {
    dir,
    entry,
    isNamed,
    path: _path,
    name: givenName,
    migrations: source,
    report: reportFile = USUAL_REPORT,
    ...own
  } = described;
  const { name: _name, migrations: _migrations, report: _report, ...shared } = defaults;
  const name = givenName ?? (await packageName(dir));
  const command = typeof source === 'object' ? { ...source, file: file ?? dir } : undefined;
  const settingsLayout = own.layout ?? defaults.layout;
  const { folder, conflict } =
    typeof source === 'object'
      ? { folder: '.', conflict: undefined }
      : source === undefined
        ? await findDefaultFolder(dir, settingsLayout, { withFiles: dir === root || isNamed === true })
        : { folder: source };
  const migrations = path.resolve(dir, folder);
  const report = path.resolve(dir, reportFile);
  const settings = { ...shared, ...own, ...together(shared, own), ...overrides };
  const { setup, knexfile } = settings;
  const files = {
    ...(setup !== undefined && { setup: path.resolve(root, setup) }),
    ...(knexfile !== undefined && { knexfile: path.resolve(root, knexfile) }),
  };
  const target = {
    name,
    dir,
    migrations,
    report,
    ...(described.migrations === undefined && { isDefaultFolder: true as const }),
    settings: { ...settings, ...files },
    ...(entry && { entry }),
  };
  if (command) return [{ ...target, detected: undefined, command }];
  const folders = [
    target,
    ...(await subfolders(migrations)).map((sub) => ({
      ...target,
      name: `${name}/${sub}`,
      migrations: path.join(migrations, sub),
      report: withSuffix(report, sub),
    })),
  ];
  const candidates = await Promise.all(
    folders.map(async (each): Promise<Target> => {
      const detected = await detectMigrations(
        each.migrations,
        dir,
        each.settings.layout,
        each.settings.exclude,
      );
      return { ...each, detected: detected && conflict ? { ...detected, conflict } : detected };
    }),
  );
  const [main] = candidates;
  const isTarget = await Promise.all(
    candidates.map(
      async (each) =>
        (isMigrationsFolder(each.detected) &&
          (each === main || !isForeignFolder(path.basename(each.migrations)))) ||
        (each === main && each.settings.layout !== undefined && hasMigrations(each)) ||
        exists(each.report),
    ),
  );
  const usesSubfolders = main?.detected?.layout.usesSubfolders === true && isMigrationsFolder(main.detected);
  const found = usesSubfolders ? [main] : candidates.filter((_, at) => isTarget[at]);
  // If it has no migrations, its own result says so, as with every other failure of a target.
  return found.length === 0 && isNamed && main ? [main] : found;
}

/** The target of a package folder whose migrations a command runs, if the config describes one. */
export async function commandTargetAt(dir: string, config: Config): Promise<Target | undefined> {
  const described = (await fromConfig(config)).find(
    (each) => each.dir === dir && typeof each.migrations === 'object',
  );
  return described && (await targetsOf(described, config))[0];
}

/** The lists of a target are added to the top-level ones. */
function together(shared: TargetSettings, own: TargetSettings): TargetSettings {
  const both = <T>(first: readonly T[] = [], second: readonly T[] = []) =>
    first.length + second.length === 0 ? undefined : [...first, ...second];
  return omitUndefined({
    ignore: both(shared.ignore, own.ignore),
    presets: both(shared.presets, own.presets),
  });
}

/** `report.sql.md` for the subfolder `x` is `report-x.sql.md`. */
function withSuffix(report: string, sub: string): string {
  const { dir, base } = path.parse(report);
  const [stem = '', ...extensions] = base.split('.');
  return path.join(dir, [`${stem}-${sub}`, ...extensions].join('.'));
}

/** The name of a package: that in its package.json, else that of its folder. */
export async function packageName(dir: string): Promise<string> {
  try {
    const { name } = JSON.parse(await readFile(path.join(dir, 'package.json'), 'utf8')) as { name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // Without a valid package.json, the name of the folder is used.
  }
  return path.basename(dir);
}

async function subfolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

const relative = (from: string, to: string) => path.relative(from, to) || 'this folder';
