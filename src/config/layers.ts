import { omitUndefined } from '../util/omit-undefined.js';
import type { UserConfig } from './schema.js';

/** What the command line says. Absent: not said. */
export interface Flags {
  /** A file's name, or the config itself. */
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

/** The settings that one source names, and how that source is called: `--schema`, `driftmark.config.ts`. */
export interface Layer {
  readonly values: UserConfig;
  readonly origin: (setting: Setting) => string;
}

const FLAGS: Readonly<Partial<Record<Setting, string>>> = {
  schemas: '--schema',
  format: '--report-format',
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

/** The flags as settings. */
export function flagLayer(flags: Flags): Layer {
  const { schema: schemas, reportFormat: format, diagram, down, jobs, engine, scratchUrl } = flags;
  return {
    values: omitUndefined({
      schemas,
      format,
      diagram,
      // Commander says true where nothing was said.
      down: down === false ? false : undefined,
      jobs,
      engine,
      scratchUrl,
    }),
    origin: (setting) => FLAGS[setting] ?? 'the command line',
  };
}

/** The environment variables as settings; one that is empty counts as absent. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const valueOf = (setting: keyof typeof VARIABLES) =>
    env[VARIABLES[setting]] === '' ? undefined : env[VARIABLES[setting]];
  return {
    values: omitUndefined({ scratchUrl: valueOf('scratchUrl'), postgresBin: valueOf('postgresBin') }),
    origin: (setting) => (VARIABLES as Partial<Record<Setting, string>>)[setting] ?? 'the environment',
  };
}

/** The value of the strongest layer that has one, and that layer. */
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
