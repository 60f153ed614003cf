import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { loadConfig } from './load.js';
import type { TargetSettings, UserConfig, UserTarget } from './schema.js';

/** What the command line says. Absent: not said. */
export interface Flags {
  readonly config?: string;
  readonly schema?: string[];
  readonly engine?: 'embedded' | 'server';
  readonly scratchUrl?: string;
  readonly reportFormat?: 'full' | 'backstage';
  /** `--no-down` gives false. */
  readonly down?: boolean;
}

/** Which scratch server to use. */
export interface EngineConfig {
  readonly engine: 'embedded' | 'server';
  readonly scratchUrl?: string;
  readonly postgresVersion?: number;
  readonly postgresBin?: string;
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
  const { targets, engine, scratchUrl, postgresVersion, postgresBin, ...defaults } = config;
  return {
    ...(file === undefined ? {} : { file }),
    root: file === undefined ? cwd : path.dirname(file),
    cwd,
    engine: resolveEngine(flags, env, defined({ engine, scratchUrl, postgresVersion, postgresBin })),
    defaults,
    ...(targets === undefined ? {} : { targets }),
    overrides: defined({
      schemas: flags.schema,
      format: flags.reportFormat,
      down: flags.down === false ? false : undefined,
    }),
  };
}

type EngineSettings = Pick<UserConfig, 'engine' | 'scratchUrl' | 'postgresVersion' | 'postgresBin'>;

function resolveEngine(flags: Flags, env: NodeJS.ProcessEnv, file: EngineSettings): EngineConfig {
  const fromEnv = (name: string) => (env[name] === '' ? undefined : env[name]);
  const scratchUrl = flags.scratchUrl ?? fromEnv('DRIFTMARK_SCRATCH_URL') ?? file.scratchUrl;
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
