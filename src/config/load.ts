import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { lilconfig } from 'lilconfig';
import { DriftmarkError, type ErrorDetail } from '../errors.js';
import type { UserConfig } from './schema.js';

const EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'];
const SEARCH_PLACES = [...EXTENSIONS.map((extension) => `driftmark.config.${extension}`), 'package.json'];

export interface LoadedConfig {
  /** The file that it came from; undefined where there is none. */
  readonly file?: string;
  readonly config: UserConfig;
}

/**
 * Finds, loads and validates the config: the named file, or the nearest one from a folder upwards.
 * @throws {DriftmarkError} `config`, with every mistake in it at once.
 */
export async function loadConfig({
  cwd,
  file,
  given,
}: {
  readonly cwd: string;
  readonly file?: string;
  /** A config that is at hand already: no file is looked for. */
  readonly given?: unknown;
}): Promise<LoadedConfig> {
  if (given !== undefined) return { config: await validate(given) };
  const searcher = lilconfig('driftmark', {
    searchPlaces: SEARCH_PLACES,
    stopDir: path.parse(cwd).root,
    cache: false,
    loaders: Object.fromEntries(EXTENSIONS.map((extension) => [`.${extension}`, loader(extension)])),
  });
  const found = await (file === undefined
    ? searcher.search(cwd)
    : searcher.load(path.resolve(cwd, file)).catch((error: unknown) => unreadable(file, error)));
  if (!found || found.isEmpty) return { config: {} };
  return { file: found.filepath, config: await validate(found.config, found.filepath) };
}

async function validate(config: unknown, file?: string): Promise<UserConfig> {
  // Loaded only for those who have a config: zod takes its time.
  const [{ userConfig }, { mistakesOf }] = await Promise.all([
    import('./schema.js'),
    import('./validation-errors.js'),
  ]);
  const parsed = parse(() => userConfig.safeParse(config, { reportInput: true }), file);
  if (!parsed.success) throw invalid(file, mistakesOf(userConfig, parsed.error.issues));
  return parsed.data;
}

/** A config is a program's value: what reads it may throw, too. */
function parse<T>(read: () => T, file: string | undefined): T {
  try {
    return read();
  } catch (error) {
    return unreadable(file, error);
  }
}

/** TypeScript and modules of either sort through jiti, which Node 20 needs for the former. */
function loader(extension: string): (filepath: string) => Promise<unknown> {
  const load =
    extension === 'json'
      ? async (filepath: string) => JSON.parse(await readFile(filepath, 'utf8')) as unknown
      : async (filepath: string) => {
          const { createJiti } = await import('jiti');
          return createJiti(filepath).import(filepath, { default: true });
        };
  return (filepath) => load(filepath).catch((error: unknown) => unreadable(filepath, error));
}

function unreadable(file: string | undefined, error: unknown): never {
  if (error instanceof DriftmarkError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new DriftmarkError('config', `The config could not be loaded: ${reason}`, {
    place: file === undefined ? {} : { file },
    remedy: 'Correct the file, or name another one with --config.',
    cause: error,
  });
}

function invalid(file: string | undefined, mistakes: readonly ErrorDetail[]): DriftmarkError {
  const many = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return new DriftmarkError('config', `The config has ${many}.`, {
    place: file === undefined ? {} : { file },
    details: mistakes,
    remedy: 'See docs/config.md for every setting.',
  });
}
