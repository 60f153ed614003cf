import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { loadConfig } from './load.js';
import type { ReporterName, TargetSettings, UserConfig, UserTarget } from './schema.js';
import { expandVariables } from './variables.js';

/** What the command line says. Absent: not said. */
export interface Flags {
  readonly config?: string;
  readonly schema?: string[];
  readonly engine?: 'embedded' | 'server';
  readonly scratchUrl?: string;
  readonly reportFormat?: 'full' | 'backstage';
  readonly diagram?: true;
  /** `--no-down` gives false. */
  readonly down?: boolean;
  readonly jobs?: number;
}

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
}

/**
 * Brings flags, environment and config file together; the former win over the latter.
 * @throws {DriftmarkError} `config` or `usage`.
 */
export async function resolveConfig(flags: Flags, env: NodeJS.ProcessEnv, cwd: string): Promise<Config> {
  const { file, config } = await loadConfig({
    cwd,
    ...(flags.config === undefined ? {} : { file: flags.config }),
  });
  const {
    $schema: _schema,
    targets,
    reporters,
    jobs,
    engine,
    scratchUrl,
    postgresVersion,
    postgresBin,
    ...defaults
  } = config;
  const root = file === undefined ? cwd : path.dirname(file);
  return {
    ...(file === undefined ? {} : { file }),
    root,
    cwd,
    engine: resolveEngine(flags, env, defined({ engine, scratchUrl, postgresVersion, postgresBin })),
    defaults,
    ...defined({
      targets,
      jobs: flags.jobs ?? jobs,
      reporters: reporters?.map((each) => resolveReporter(each, root)),
    }),
    overrides: defined({
      schemas: flags.schema,
      format: flags.reportFormat,
      diagram: flags.diagram,
      down: flags.down === false ? false : undefined,
    }),
  };
}

function resolveReporter(
  reporter: NonNullable<UserConfig['reporters']>[number],
  root: string,
): ReporterConfig {
  const { name, outputFile } = typeof reporter === 'string' ? { name: reporter } : reporter;
  return { name, ...defined({ outputFile: outputFile && path.resolve(root, outputFile) }) };
}

type EngineSettings = Pick<UserConfig, 'engine' | 'scratchUrl' | 'postgresVersion' | 'postgresBin'>;

function resolveEngine(flags: Flags, env: NodeJS.ProcessEnv, file: EngineSettings): EngineConfig {
  const fromEnv = (name: string) => (env[name] === '' ? undefined : env[name]);
  const scratchUrl =
    flags.scratchUrl ??
    fromEnv('DRIFTMARK_SCRATCH_URL') ??
    (file.scratchUrl && expandVariables('scratchUrl', file.scratchUrl, env));
  const engine = flags.engine ?? file.engine ?? (scratchUrl === undefined ? 'embedded' : 'server');
  if (engine === 'server' && scratchUrl === undefined) {
    throw new DriftmarkError(
      'usage',
      'The engine `server` needs a server on which databases may be created.',
      {
        remedy: 'Name it with --scratch-url, or in the environment variable DRIFTMARK_SCRATCH_URL.',
      },
    );
  }
  return {
    engine,
    ...defined({
      scratchUrl: engine === 'server' ? scratchUrl : undefined,
      postgresVersion: file.postgresVersion,
      postgresBin: fromEnv('DRIFTMARK_POSTGRES_BIN') ?? file.postgresBin,
    }),
  };
}

/** A copy without the fields that are undefined. */
export function defined<O extends object>(object: O): { [F in keyof O]?: Exclude<O[F], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [F in keyof O]?: Exclude<O[F], undefined>;
  };
}
