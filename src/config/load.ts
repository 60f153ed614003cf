import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lilconfigSync } from 'lilconfig';
import { DriftmarkError, type ErrorDetail } from '../errors.js';
import { missingModule, syntaxErrorIn } from '../util/load-error.js';
import { docsUrl } from '../util/package-info.js';
import type { UserConfig } from './schema.js';

/** Configs import driftmark also if it is not installed in the project, as under npx. */
const SELF = fileURLToPath(new URL('../index.js', import.meta.url));
const EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'];
const SEARCH_PLACES = [...EXTENSIONS.map((extension) => `driftmark.config.${extension}`), 'package.json'];

export interface LoadedConfig {
  /** The file that it was read from; undefined without a file. */
  readonly file?: string;
  readonly config: UserConfig;
}

/**
 * Finds, loads and validates the config: the named file, or the nearest one from a folder upwards.
 * @throws {DriftmarkError} code `config`, with all problems of the config.
 */
export async function loadConfig({
  cwd,
  file,
  given,
  notice = () => undefined,
}: {
  readonly cwd: string;
  /** Receives a notice for each deprecated setting. */
  readonly notice?: (text: string) => void;
  readonly file?: string;
  /** A config that is given instead of a file. */
  readonly given?: unknown;
}): Promise<LoadedConfig> {
  const load = async (config: unknown, from?: string): Promise<UserConfig> =>
    withoutDeprecated(await validate(await called(config, from), from), notice);
  if (given !== undefined) return { config: await load(given) };
  const searcher = lilconfigSync('driftmark', {
    searchPlaces: SEARCH_PLACES,
    stopDir: path.parse(cwd).root,
    cache: false,
    loaders: Object.fromEntries(EXTENSIONS.map((extension) => [`.${extension}`, loader(extension)])),
  });
  const find = () => {
    if (file === undefined) return searcher.search(cwd);
    try {
      return searcher.load(path.resolve(cwd, file));
    } catch (error) {
      if (isMissing(error)) throw missingFile(file);
      return unreadable(file, error);
    }
  };
  const found = find();
  if (!found || found.isEmpty) return { config: {} };
  return { file: found.filepath, config: await load(await found.config, found.filepath) };
}

/** A config may be a function, which returns the config or a promise of it. */
async function called(config: unknown, file: string | undefined): Promise<unknown> {
  if (typeof config !== 'function') return config;
  try {
    return await (config as () => unknown)();
  } catch (error) {
    return unreadable(file, error);
  }
}

/** Moves settings with a deprecated name to their present name, which wins if both are there. */
function withoutDeprecated(config: UserConfig, notice: (text: string) => void): UserConfig {
  const renamed = <S extends { format?: UserConfig['format']; reportFormat?: UserConfig['reportFormat'] }>({
    format,
    ...settings
  }: S) => {
    if (format === undefined) return settings;
    notice('the setting `format` is deprecated: use `reportFormat`');
    return { ...settings, reportFormat: settings.reportFormat ?? format };
  };
  const targets = config.targets?.map((each) => (typeof each === 'string' ? each : renamed(each)));
  return { ...renamed(config), ...(targets && { targets }) };
}

async function validate(config: unknown, file?: string): Promise<UserConfig> {
  // Loaded only if there is a config, because loading zod takes long.
  const [{ userConfig }, { mistakesOf }] = await Promise.all([
    import('./schema.js'),
    import('./validation-errors.js'),
  ]);
  const parsed = parse(() => userConfig.safeParse(config, { reportInput: true }), file);
  if (!parsed.success) throw invalid(file, mistakesOf(userConfig, parsed.error.issues));
  return parsed.data;
}

/** Reading a value of a program, such as a getter, may throw. */
function parse<T>(read: () => T, file: string | undefined): T {
  try {
    return read();
  } catch (error) {
    return unreadable(file, error);
  }
}

/**
 * Reads JSON, and loads TypeScript and both kinds of modules with jiti, because Node 20 does not load TypeScript: then
 * the loader returns a promise. The search itself does not wait: handing it to another thread takes longer.
 */
function loader(extension: string): (filepath: string, content: string) => unknown {
  if (extension === 'json')
    return (filepath, content) => parse(() => JSON.parse(content) as unknown, filepath);
  return async (filepath) => {
    try {
      const { createJiti } = await import('jiti');
      return await createJiti(filepath, { alias: { driftmark: SELF } }).import(filepath, { default: true });
    } catch (error) {
      return unreadable(filepath, error);
    }
  };
}

/** Whether the config itself does not exist. A module that it imports has another code. */
const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

const missingFile = (file: string) =>
  new DriftmarkError('config', `The file ${file} does not exist.`, {
    place: { object: '--config' },
    remedy: 'Check the path: it is relative to the working directory.',
  });

function unreadable(file: string | undefined, error: unknown): never {
  if (error instanceof DriftmarkError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  const missing = missingModule(message);
  const syntax = syntaxErrorIn(error);
  const reason = missing?.message ?? syntax?.message ?? message;
  throw new DriftmarkError('config', `The config could not be loaded: ${reason}`, {
    place: file === undefined ? {} : { file, ...syntax?.place },
    remedy: missing?.remedy ?? 'Fix the file, or select another one with --config.',
    cause: error,
  });
}

function invalid(file: string | undefined, mistakes: readonly ErrorDetail[]): DriftmarkError {
  const count = mistakes.length === 1 ? '1 problem' : `${mistakes.length} problems`;
  return new DriftmarkError('config', `The config has ${count}.`, {
    place: file === undefined ? {} : { file },
    details: mistakes,
    remedy: `See all settings: ${docsUrl('config')}`,
  });
}
