import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createJiti } from 'jiti';
import { lilconfig } from 'lilconfig';
import type { z } from 'zod';
import { DriftmarkError } from '../errors.js';
import { userConfig, type UserConfig } from './schema.js';

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
}: {
  readonly cwd: string;
  readonly file?: string;
}): Promise<LoadedConfig> {
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
  const parsed = userConfig.safeParse(found.config);
  if (!parsed.success) throw invalid(found.filepath, parsed.error);
  return { file: found.filepath, config: parsed.data };
}

/** TypeScript and modules of either sort through jiti, which Node 20 needs for the former. */
function loader(extension: string): (filepath: string) => Promise<unknown> {
  if (extension === 'json') {
    return async (filepath) => JSON.parse(await readFile(filepath, 'utf8')) as unknown;
  }
  return async (filepath) => {
    try {
      return await createJiti(filepath).import(filepath, { default: true });
    } catch (error) {
      return unreadable(filepath, error);
    }
  };
}

function unreadable(file: string, error: unknown): never {
  if (error instanceof DriftmarkError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new DriftmarkError('config', `The config could not be loaded: ${reason}`, {
    place: { file },
    remedy: 'Correct the file, or name another one with --config.',
    cause: error,
  });
}

function invalid(file: string, { issues }: z.ZodError): DriftmarkError {
  return new DriftmarkError(
    'config',
    `The config has ${issues.length === 1 ? 'a mistake' : `${issues.length} mistakes`}.`,
    {
      place: { file },
      details: issues.map(({ path: at, message }) => ({ label: at.join('.') || 'config', text: message })),
      remedy: 'See docs/config.md for every setting.',
    },
  );
}
