import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Config } from '../config/config.js';
import { resolveSetting } from '../config/layers.js';
import { withoutPasswords } from '../errors.js';
import type { UserConfig } from '../config/schema.js';
import { findKnexfile, type DetectedFolder } from '../migrations/migrations.js';
import { DriftmarkError } from '../errors.js';
import { readCommitted } from '../project/committed-report.js';
import { findTargets, type Target } from '../project/targets.js';
import { findBinaries } from '../scratch/embedded/found-binaries.js';
import { exists } from '../util/fs.js';

/** The effective value of a setting, and the source of the value. */
export interface ResolvedSetting {
  readonly name: string;
  /** Absent if the setting is not set. Passwords are masked. */
  readonly value?: unknown;
  /** The source: a flag, an environment variable, a file, or `default`. */
  readonly from: string;
  /** Description of the default. */
  readonly default?: string;
}

interface ResolvedTarget {
  readonly name: string;
  /** Path relative to the working directory. */
  readonly dir: string;
  /** A path, or the command that runs the migrations. */
  readonly migrations: string;
  readonly report: string;
  /** The settings that the config has for this target only. */
  readonly settings: readonly ResolvedSetting[];
}

/** The effective config, from all its sources. */
export interface ResolvedConfig {
  /** Path relative to the working directory; absent without a config file. */
  readonly file?: string;
  /** The embedded server that a run would start; absent for a server that the user names. */
  readonly postgres?: { readonly version?: string; readonly origin: string };
  readonly settings: readonly ResolvedSetting[];
  readonly targets: readonly ResolvedTarget[];
}

/** Describes the effective value and the source of each setting. */
export async function describeConfig(config: Config): Promise<ResolvedConfig> {
  const { userConfig } = await import('../config/schema.js');
  const names = Object.keys(userConfig.shape) as (keyof UserConfig)[];
  const targets = await targetsOf(config);
  const detected = await detectedSettings(config, targets);
  const settings = names
    .filter((name) => name !== '$schema' && name !== 'targets' && name !== 'format')
    .map((name): ResolvedSetting => {
      const found = resolveSetting(config.layers, name);
      if (found) return { name, value: shown(found.value), from: found.layer.origin(name) };
      const own = detected.find((setting) => setting.name === name);
      if (own) return own;
      const byDefault = userConfig.shape[name].unwrap().meta()?.default;
      return { name, from: 'default', ...(typeof byDefault === 'string' && { default: byDefault }) };
    });
  return {
    ...(config.file !== undefined && { file: relative(config, config.file) }),
    ...postgresOf(config),
    settings,
    targets: await Promise.all(targets.map((target) => describeTarget(target, config, targets.length > 1))),
  };
}

/** Settings whose default depends on the project: for the only target of a config without `targets`, also its own. */
async function detectedSettings(
  config: Config,
  targets: readonly Target[],
): Promise<readonly ResolvedSetting[]> {
  const { engine, scratchUrl } = config.engine;
  const shared: readonly ResolvedSetting[] = [
    { name: 'engine', value: engine, from: scratchUrl === undefined ? 'default' : 'scratchUrl' },
    { name: 'jobs', value: availableParallelism(), from: 'processors' },
  ];
  const [only, ...others] = targets;
  if (!only || others.length > 0 || config.targets !== undefined) return shared;
  const committed = await readCommitted(only.report).catch(() => undefined);
  const known = committed?.type === 'report' ? committed.report : undefined;
  const fromReport = known === undefined ? 'default' : relative(config, only.report);
  const layout = only.detected?.layout.name ?? only.settings.layout;
  return [
    ...shared,
    { name: 'name', value: only.name, from: await nameSource(only) },
    { name: 'migrations', value: path.relative(only.dir, only.migrations), from: 'default' },
    { name: 'report', value: path.relative(only.dir, only.report), from: 'default' },
    { name: 'reportFormat', value: known?.format ?? 'full', from: fromReport },
    { name: 'diagram', value: known?.diagram ?? false, from: fromReport },
    ...(known === undefined ? [] : [{ name: 'command', value: known.command, from: fromReport }]),
    ...(layout === 'knex' ? await detectedKnexfile(only.migrations, only.dir, config) : []),
    ...unusedBy(layout),
    ...(only.detected ? [detectedLayout(only.detected, config)] : []),
    {
      name: 'platform',
      value: only.detected?.layout.name === 'supabase' ? 'supabase' : 'none',
      from: 'default',
    },
  ];
}

/** Settings that only some layouts use. */
const LAYOUTS_WITH: Readonly<Record<string, readonly string[]>> = {
  knexfile: ['knex'],
  knexEnvironment: ['knex'],
  placeholders: ['flyway', 'goose', 'graphile-migrate'],
};

const unusedBy = (layout: string | undefined): readonly ResolvedSetting[] =>
  Object.entries(LAYOUTS_WITH).flatMap(([name, layouts]) =>
    layout === undefined || layouts.includes(layout)
      ? []
      : [{ name, from: `only used by ${layouts.join(', ')}` }],
  );

const nameSource = async ({ name, dir }: Target): Promise<string> =>
  name === path.basename(dir) && !(await exists(path.join(dir, 'package.json')))
    ? 'name of the folder'
    : 'package.json';

/** The binaries of the embedded server that come first. A run may skip them if they do not start. */
function postgresOf({ engine, root }: Config): Pick<ResolvedConfig, 'postgres'> {
  if (engine.engine === 'server') return {};
  try {
    const [found] = findBinaries({ ...engine, projectDir: root, notice: () => undefined });
    if (found && found.why === undefined) return { postgres: found };
    const version = engine.postgresVersion;
    return {
      postgres: {
        ...(version !== undefined && { version: String(version) }),
        origin: 'not on this machine: downloaded by the first run',
      },
    };
  } catch (error) {
    if (!(error instanceof DriftmarkError)) throw error;
    return { postgres: { origin: error.message } };
  }
}

async function targetsOf(config: Config): Promise<readonly Target[]> {
  try {
    return await findTargets(config, []);
  } catch (error) {
    // `driftmark config` must work without targets: users run it to find out why none were found.
    if (error instanceof DriftmarkError && error.code === 'no-target') return [];
    throw error;
  }
}

async function describeTarget(
  { name, dir, migrations, command, report, entry, detected, settings }: Target,
  config: Config,
  isOneOfSeveral: boolean,
): Promise<ResolvedTarget> {
  const file = relative(config, config.file ?? '');
  const [flags] = config.layers;
  return {
    name,
    dir: relative(config, dir),
    migrations: command ? withoutPasswords(command.command) : relative(config, migrations),
    report: relative(config, report),
    settings: [
      ...Object.entries(entry?.values ?? {}).map(([each, own]) => {
        const setting = each as keyof UserConfig;
        const flag = flags && resolveSetting([flags], setting);
        return flag
          ? { name: setting, value: shown(flag.value), from: flag.layer.origin(setting) }
          : { name: setting, value: shown(own), from: `${file} targets[${entry?.index ?? 0}]` };
      }),
      // The settings of the top level list the layout and the knexfile of the only target.
      ...(detected && settings.layout === undefined && (entry !== undefined || isOneOfSeveral)
        ? [detectedLayout(detected, config)]
        : []),
      ...(detected?.layout.name === 'knex' &&
      settings.knexfile === undefined &&
      (entry !== undefined || isOneOfSeveral)
        ? await detectedKnexfile(migrations, dir, config)
        : []),
    ],
  };
}

async function detectedKnexfile(
  migrations: string,
  dir: string,
  config: Config,
): Promise<readonly ResolvedSetting[]> {
  const found = await findKnexfile(migrations, dir);
  return found === undefined
    ? []
    : [{ name: 'knexfile', value: relative(config, found), from: 'detected: the nearest to the migrations' }];
}

/** The layout that was detected, and the evidence for it. */
function detectedLayout({ layout, evidence, conflict }: DetectedFolder, config: Config): ResolvedSetting {
  const place = [relative(config, evidence.file), evidence.line]
    .filter((part) => part !== undefined)
    .join(':');
  const from = conflict ? withoutPasswords(conflict.message) : detectedFrom(evidence.mark, place);
  return { name: 'layout', value: layout.name, from };
}

const relative = ({ cwd }: Config, file: string) => path.relative(cwd, file) || '.';

function shown(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'string' ? withoutPasswords(each) : each,
  );
}

/** The mark may be the name of the file itself. */
const detectedFrom = (mark: string, place: string): string =>
  mark === `\`${path.basename(place)}\`` ? `detected from ${place}` : `detected: ${mark} in ${place}`;
