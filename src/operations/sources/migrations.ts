import path from 'node:path';
import type { Config } from '../../config/config.js';
import { readHistory } from '../../drift/history.js';
import { DriftmarkError } from '../../errors.js';
import { detectMigrations, isMigrationsFolder } from '../../migrations/migrations.js';
import { commandTargetAt, findTargets, packageName, type Target } from '../../project/targets.js';
import { exists } from '../../util/fs.js';
import { makeReport } from '../make-report.js';
import type { ReadOptions, ReadSource, SourceContext } from './source.js';

/** Makes a report of a migrations folder, as `check` does. */
export async function fromMigrations(
  folder: string,
  { format, extensionVersions, down }: ReadOptions,
  { config, withScratchServer }: SourceContext,
): Promise<ReadSource> {
  const { name: _name, migrations: _migrations, report: _report, ...defaults } = config.defaults;
  const known = (await commandTargetAt(folder, config)) ?? (await targetOf(folder, config));
  const dir = await packageOf(folder);
  const detected = await detectMigrations(folder, dir, { ...defaults, ...config.overrides }.layout);
  if (!known && !isMigrationsFolder(detected) && (await exists(path.join(folder, 'package.json'))))
    throw new DriftmarkError(
      'no-migrations',
      `No migrations found in the package ${await packageName(folder)}.`,
      {
        remedy: 'Pass a migrations folder, or a package that has one.',
      },
    );
  const folderTarget: Target = known ?? {
    detected,
    name: await packageName(dir),
    dir,
    migrations: folder,
    report: path.join(dir, 'report.sql.md'),
    settings: { ...defaults, ...config.overrides },
  };
  // The user named the folder or file.
  const { isDefaultFolder: _isDefault, ...named } = folderTarget;
  const target: Target = {
    ...named,
    settings: {
      ...folderTarget.settings,
      ...(format && { reportFormat: format }),
      ...(extensionVersions !== undefined && { extensionVersions }),
      ...(down !== undefined && { down }),
    },
  };
  const { report } = await withScratchServer((environment) =>
    makeReport(target, { type: 'none' }, environment),
  );
  return { report, others: [], history: () => readHistory(target, report.format, withScratchServer) };
}

/**
 * The target whose migrations are in a folder, or whose package folder it is, so that `diff` and `show` read them as
 * `check` does.
 */
async function targetOf(folder: string, config: Config): Promise<Target | undefined> {
  // The folder can be read even if the project does not have valid targets.
  const targets = await findTargets(config, [folder]).catch((error: unknown) => {
    if (error instanceof DriftmarkError) return [];
    throw error;
  });
  const exact = targets.find(({ migrations }) => migrations === folder);
  const ofPackage = targets.filter(({ dir }) => dir === folder);
  if (exact || ofPackage.length < 2) return exact ?? ofPackage[0];
  const folders = ofPackage.map(({ migrations }) => path.relative(config.cwd, migrations));
  throw new DriftmarkError(
    'usage',
    `${path.basename(folder)} has several migrations folders: ${folders.join(', ')}.`,
    {
      remedy: 'Pass one of them.',
    },
  );
}

/** The nearest folder above with a package.json, else the folder above. */
async function packageOf(folder: string): Promise<string> {
  for (let dir = path.dirname(folder); dir !== path.dirname(dir); dir = path.dirname(dir))
    if (await exists(path.join(dir, 'package.json'))) return dir;
  return path.dirname(folder);
}
