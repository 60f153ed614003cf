import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { omitUndefined } from '../util/omit-undefined.js';
import { environmentLayer, flagLayer, resolveSetting, type Flags, type Layer } from './layers.js';
import { loadConfig } from './load.js';
import type { ReporterName } from '../reporters/reporters.js';
import type { TargetSettings, UserConfig, UserTarget } from './schema.js';
import { expandVariables } from './interpolate.js';

/** Which scratch server to use. */
interface EngineConfig {
  readonly engine: 'embedded' | 'server';
  readonly scratchUrl?: string;
  readonly postgresVersion?: number;
  readonly postgresBin?: string;
}

/** A reporter, with its output file. */
export interface ReporterConfig {
  readonly name: ReporterName;
  /** Absolute path; undefined for stdout. */
  readonly outputFile?: string;
}

/** The effective configuration, from all sources. */
export interface Config {
  /** The config file, if there is one. */
  readonly file?: string;
  /** The folder that the config's paths are relative to: its own, or the working directory. */
  readonly root: string;
  readonly cwd: string;
  readonly engine: EngineConfig;
  /** The settings of each target that does not override them. */
  readonly defaults: TargetSettings & Pick<UserTarget, 'name' | 'migrations' | 'report'>;
  /** Undefined if the config has none: then the target is the package in the working directory. */
  readonly targets?: readonly (string | UserTarget)[];
  /** Undefined if the config has none. */
  readonly reporters?: readonly ReporterConfig[];
  /** How many targets are checked in parallel; undefined if not configured. */
  readonly jobs?: number;
  /** The settings that the command line overrides for every target. */
  readonly overrides: TargetSettings;
  /** The sources, the strongest first. */
  readonly layers: readonly Layer[];
}

/**
 * Merges the command line, the environment and the config file, in this order of precedence.
 * @throws {DriftmarkError} code `config` or `usage`.
 */
export async function resolveConfig(
  flags: Flags,
  env: NodeJS.ProcessEnv,
  cwd: string,
  notice: (text: string) => void = () => undefined,
): Promise<Config> {
  const { file, config } = await loadConfig({
    cwd,
    notice,
    ...(typeof flags.config === 'string' ? { file: flags.config } : omitUndefined({ given: flags.config })),
  });
  const {
    $schema: _schema,
    targets,
    reporters,
    jobs: _jobs,
    engine: _engine,
    scratchUrl: _scratchUrl,
    postgresVersion: _postgresVersion,
    postgresBin: _postgresBin,
    ...defaults
  } = config;
  const flagged = flagLayer(flags);
  const fileName = file === undefined ? 'the config' : path.relative(cwd, file);
  const layers = [flagged, environmentLayer(env), { values: config, origin: () => fileName }];
  const { schemas, reportFormat, diagram, down } = flagged.values;
  const root = file === undefined ? cwd : path.dirname(file);
  return {
    ...(file === undefined ? {} : { file }),
    root,
    cwd,
    engine: resolveEngine(layers, env, { cwd, root }),
    defaults,
    ...omitUndefined({
      targets,
      jobs: resolveSetting(layers, 'jobs')?.value,
      reporters: reporters?.map((each) => resolveReporter(each, root)),
    }),
    overrides: omitUndefined({ schemas, reportFormat, diagram, down }),
    layers,
  };
}

/** Whether the migrations of any target are run by a command, which needs a scratch server with a TCP port. */
export const hasMigrationCommand = ({ defaults, targets = [] }: Config): boolean =>
  [defaults, ...targets].some((each) => typeof each === 'object' && typeof each.migrations === 'object');

function resolveReporter(
  reporter: NonNullable<UserConfig['reporters']>[number],
  root: string,
): ReporterConfig {
  const { name, outputFile } = typeof reporter === 'string' ? { name: reporter } : reporter;
  return { name, ...omitUndefined({ outputFile: outputFile && path.resolve(root, outputFile) }) };
}

function resolveEngine(
  layers: readonly Layer[],
  env: NodeJS.ProcessEnv,
  { cwd, root }: Pick<Config, 'cwd' | 'root'>,
): EngineConfig {
  const isInFile = ({ layer }: { readonly layer: Layer }) => layer === layers.at(-1);
  const bin = resolveSetting(layers, 'postgresBin');
  const url = resolveSetting(layers, 'scratchUrl');
  const engine = resolveSetting(layers, 'engine')?.value ?? (url === undefined ? 'embedded' : 'server');
  const found = omitUndefined({
    postgresVersion: resolveSetting(layers, 'postgresVersion')?.value,
    postgresBin: bin && path.resolve(isInFile(bin) ? root : cwd, bin.value),
  });
  if (engine === 'embedded') return { engine, ...found };
  if (url === undefined) {
    throw new DriftmarkError('usage', 'The engine `server` needs --scratch-url or DRIFTMARK_SCRATCH_URL.', {
      remedy: 'Set one of them to the URL of a server on which databases may be created.',
    });
  }
  // In an option or an environment variable, the shell has replaced `${NAME}` already.
  const scratchUrl = isInFile(url) ? expandVariables('scratchUrl', url.value, env) : url.value;
  return { engine, scratchUrl, ...found };
}
