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

/** How results are told, and where. */
export interface ReporterConfig {
  readonly name: ReporterName;
  /** Absolute path; undefined for stdout. */
  readonly outputFile?: string;
}

/** Everything that was configured, from every source, complete. */
export interface Config {
  /** The config file, where there is one. */
  readonly file?: string;
  /** The folder that the config's paths are relative to: its own, or the working directory. */
  readonly root: string;
  readonly cwd: string;
  readonly engine: EngineConfig;
  /** What holds for each target unless it says otherwise. */
  readonly defaults: TargetSettings & Pick<UserTarget, 'name' | 'migrations' | 'report'>;
  /** Undefined where no config names any: then the package in the working directory is meant. */
  readonly targets?: readonly (string | UserTarget)[];
  /** Undefined where nobody named any. */
  readonly reporters?: readonly ReporterConfig[];
  /** How many targets are worked on at once; undefined where nobody said. */
  readonly jobs?: number;
  /** What the flags say of every target: stronger than anything in a file. */
  readonly overrides: TargetSettings;
  /** Where it all comes from, the strongest source first. */
  readonly layers: readonly Layer[];
}

/**
 * Brings flags, environment and config file together; the former win over the latter.
 * @throws {DriftmarkError} `config` or `usage`.
 */
export async function resolveConfig(flags: Flags, env: NodeJS.ProcessEnv, cwd: string): Promise<Config> {
  const { file, config } = await loadConfig({
    cwd,
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
  const { schemas, format, diagram, down } = flagged.values;
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
    overrides: omitUndefined({ schemas, format, diagram, down }),
    layers,
  };
}

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
    throw new DriftmarkError(
      'usage',
      'The engine `server` needs a server on which databases may be created.',
      {
        remedy: 'Name it with --scratch-url, or in the environment variable DRIFTMARK_SCRATCH_URL.',
      },
    );
  }
  // In a flag or a variable of the environment, a shell has put in what `${NAME}` stands for.
  const scratchUrl = isInFile(url) ? expandVariables('scratchUrl', url.value, env) : url.value;
  return { engine, scratchUrl, ...found };
}
