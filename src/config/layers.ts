import { omitUndefined } from '../util/omit-undefined.js';
import type { UserConfig } from './schema.js';

/** Settings that the command line overrides. */
export interface Flags {
  /** The path of a config file, or the config. */
  readonly config?: string | UserConfig;
  readonly schema?: string[];
  readonly engine?: 'embedded' | 'server';
  readonly scratchUrl?: string;
  readonly reportFormat?: 'full' | 'backstage';
  readonly diagram?: true;
  /** `--no-down` gives false. */
  readonly down?: boolean;
  readonly jobs?: number;
}

type Setting = keyof UserConfig;

/** The settings of one source, and the name of that source: `--schema`, `driftmark.config.ts`. */
export interface Layer {
  readonly values: UserConfig;
  readonly origin: (setting: Setting) => string;
}

const FLAGS: Readonly<Partial<Record<Setting, string>>> = {
  schemas: '--schema',
  reportFormat: '--report-format',
  diagram: '--diagram',
  down: '--no-down',
  jobs: '--jobs',
  engine: '--engine',
  scratchUrl: '--scratch-url',
};

/** Settings in the environment. */
const VARIABLES = {
  scratchUrl: 'DRIFTMARK_SCRATCH_URL',
  postgresBin: 'DRIFTMARK_POSTGRES_BIN',
} as const satisfies Partial<Record<Setting, string>>;

/** The options of the command line as settings. */
export function flagLayer(flags: Flags): Layer {
  const { schema: schemas, reportFormat, diagram, down, jobs, engine, scratchUrl } = flags;
  return {
    values: omitUndefined({
      schemas,
      reportFormat,
      diagram,
      // Without the option, commander gives true.
      down: down === false ? false : undefined,
      jobs,
      engine,
      scratchUrl,
    }),
    origin: (setting) => FLAGS[setting] ?? 'the command line',
  };
}

/** The environment variables as settings; an empty one counts as absent. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const valueOf = (setting: keyof typeof VARIABLES) =>
    env[VARIABLES[setting]] === '' ? undefined : env[VARIABLES[setting]];
  return {
    values: omitUndefined({ scratchUrl: valueOf('scratchUrl'), postgresBin: valueOf('postgresBin') }),
    origin: (setting) => (VARIABLES as Partial<Record<Setting, string>>)[setting] ?? 'the environment',
  };
}

/** The value of a setting in the strongest layer that has one, and that layer. */
export function resolveSetting<S extends Setting>(
  layers: readonly Layer[],
  setting: S,
): { readonly value: NonNullable<UserConfig[S]>; readonly layer: Layer } | undefined {
  for (const layer of layers) {
    const value = layer.values[setting];
    if (value !== undefined) return { value: value, layer };
  }
  return undefined;
}
