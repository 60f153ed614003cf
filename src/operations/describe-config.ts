import path from 'node:path';
import type { Config } from '../config/config.js';
import { resolveSetting } from '../config/layers.js';
import { withoutPasswords } from '../errors.js';
import type { UserConfig } from '../config/schema.js';
import type { DetectedFolder } from '../migrations/migrations.js';
import { DriftmarkError } from '../errors.js';
import { findTargets, type Target } from '../project/targets.js';

/** What a setting is, and where that comes from. */
export interface ResolvedSetting {
  readonly name: string;
  /** Absent where nobody named it and the default is not a value of its own. Without passwords. */
  readonly value?: unknown;
  /** A flag, an environment variable, a file, or `default`. */
  readonly from: string;
  /** What holds where nobody named it, in words. */
  readonly default?: string;
}

interface ResolvedTarget {
  readonly name: string;
  /** Paths as seen from the working directory. */
  readonly dir: string;
  /** A path, or the command that runs the migrations. */
  readonly migrations: string;
  readonly report: string;
  /** What the config says of this target alone. */
  readonly settings: readonly ResolvedSetting[];
}

/** A config as it works, put together from all its sources. */
export interface ResolvedConfig {
  /** As seen from the working directory; absent where there is no config. */
  readonly file?: string;
  readonly settings: readonly ResolvedSetting[];
  readonly targets: readonly ResolvedTarget[];
}

/** Says what each setting is, and why. */
export async function describeConfig(config: Config): Promise<ResolvedConfig> {
  const { userConfig } = await import('../config/schema.js');
  const names = Object.keys(userConfig.shape) as (keyof UserConfig)[];
  const settings = names
    .filter((name) => name !== '$schema' && name !== 'targets' && name !== 'format')
    .map((name): ResolvedSetting => {
      const found = resolveSetting(config.layers, name);
      if (found) return { name, value: shown(found.value), from: found.layer.origin(name) };
      if (name === 'engine' && config.engine.scratchUrl !== undefined)
        return { name, value: config.engine.engine, from: 'scratchUrl' };
      const words = defaultOf(userConfig.shape[name].unwrap().description);
      return { name, from: 'default', ...(words !== undefined && { default: words }) };
    });
  return {
    ...(config.file !== undefined && { file: relative(config, config.file) }),
    settings,
    targets: (await targetsOf(config)).map((target) => describeTarget(target, config)),
  };
}

async function targetsOf(config: Config): Promise<readonly Target[]> {
  try {
    return await findTargets(config, []);
  } catch (error) {
    // Whoever asks why there is none, asks here.
    if (error instanceof DriftmarkError && error.code === 'no-target') return [];
    throw error;
  }
}

function describeTarget(
  { name, dir, migrations, command, report, entry, detected, settings }: Target,
  config: Config,
): ResolvedTarget {
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
      ...(detected && settings.layout === undefined ? [detectedLayout(detected, config)] : []),
    ],
  };
}

/** The layout that was detected, and what shows it. */
function detectedLayout({ layout, evidence, conflict }: DetectedFolder, config: Config): ResolvedSetting {
  const place = [relative(config, evidence.file), evidence.line]
    .filter((part) => part !== undefined)
    .join(':');
  const from = conflict ? withoutPasswords(conflict.message) : `detected: ${evidence.mark} in ${place}`;
  return { name: 'layout', value: layout.name, from };
}

/** The schema's descriptions say what the default is, for every reference that is made of them. */
const defaultOf = (description = '') => /Default: (.*?)\.?$/.exec(description)?.[1];

const relative = ({ cwd }: Config, file: string) => path.relative(cwd, file) || '.';

function shown(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'string' ? withoutPasswords(each) : each,
  );
}
