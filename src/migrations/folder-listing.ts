import { readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { DriftmarkError } from '../errors.js';
import { promised } from '../util/fs.js';
import { reasonOf } from '../util/system-error.js';
import { displayPath, placeAt } from './errors/source-location.js';

/** The names in a migrations folder, read once, and the content of its files, each read once. */
export interface FolderListing {
  /** Absolute path of the folder. It need not exist. Then the lists of names are empty. */
  readonly dir: string;
  /** If the migrations are one file and not a folder: its name. It is then the only one of `files`. */
  readonly file?: string;
  /** Absolute path of the package that the migrations belong to. */
  readonly projectDir: string;
  /** Names of the files in it, in order by code point. */
  readonly files: readonly string[];
  /** Names of its subfolders, in order by code point; those whose names begin with a dot are left out. */
  readonly folders: readonly string[];
  /** The listing of a subfolder, or of a folder relative to this one: `folder('2024_init')`, `folder('..')`. */
  folder(relative: string): Promise<FolderListing>;
  /**
   * The text of a file, by its path relative to the folder (`up.sql`, `2024_init/up.sql`, `../config.toml`), without
   * a byte
   * order mark; undefined if the file does not exist.
   *
   * @throws DriftmarkError `migrations-invalid` for a file that is not UTF-8 or contains a NUL character, which
   * PostgreSQL would refuse or truncate.
   */
  text(relative: string): Promise<string | undefined>;
  /**
   * The nearest file with this name in the folder or one above it, up to the root of the repository: `go.mod`.
   *
   * @returns its absolute path and text
   */
  above(name: string): Promise<{ readonly file: string; readonly text: string } | undefined>;
}

/** Reads the names in a folder. A folder that does not exist has none. */
export const listFolder = (dir: string, projectDir: string): Promise<FolderListing> =>
  promised(() => listingOf(dir, projectDir, entriesOf(dir)));

/** The listing of a folder, or of one file as if it were alone in its folder. */
export async function listFolderOrFile(place: string, projectDir: string): Promise<FolderListing> {
  const isFile = await stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return listFolder(place, projectDir);
  const name = path.basename(place);
  return { ...listingOf(path.dirname(place), projectDir, [{ name, isFolder: false }]), file: name };
}

/** A listing without the files that match a name or a glob. */
export function withoutFiles(listing: FolderListing, globs: readonly string[]): FolderListing {
  if (globs.length === 0) return listing;
  const isExcluded = picomatch([...globs], { dot: true });
  return { ...listing, files: listing.files.filter((name) => !isExcluded(name)) };
}

function listingOf(dir: string, projectDir: string, entries: readonly Entry[]): FolderListing {
  const names = (isFolder: boolean) =>
    entries
      .filter((entry) => entry.isFolder === isFolder)
      .map(({ name }) => name)
      .sort(byCodePoint);
  const texts = new Map<string, Promise<string | undefined>>();
  const folders = new Map<string, Promise<FolderListing>>();
  const once = <T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> => {
    const known = cache.get(key) ?? read();
    cache.set(key, known);
    return known;
  };
  return {
    dir,
    projectDir,
    files: names(false),
    folders: names(true).filter((name) => !name.startsWith('.')),
    folder: (relative) => once(folders, relative, () => listFolder(path.resolve(dir, relative), projectDir)),
    text: (relative) => once(texts, relative, () => promised(() => readText(path.resolve(dir, relative)))),
    above: (name) => promised(() => readAbove(dir, name)),
  };
}

/** Compares strings by code point, as `sort` in the C locale does. */
export function byCodePoint(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

function entriesOf(dir: string): readonly Entry[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new DriftmarkError(
      'file-failed',
      `Could not read the folder ${displayPath(dir)}: ${reasonOf(error)}.`,
      {
        place: { file: dir },
        remedy: 'Check the permissions of the folder.',
        cause: error,
      },
    );
  }
}

function readText(file: string): string | undefined {
  const bytes = readBytes(file);
  if (bytes === undefined) return undefined;
  const text = decode(bytes, file);
  const nul = text.indexOf('\0');
  if (nul !== -1) throw notText(file, 'contains a NUL character', 'Remove it.', placeAt(text, nul));
  return text;
}

function readBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return undefined;
    throw new DriftmarkError('file-failed', `Could not read ${displayPath(file)}: ${reasonOf(error)}.`, {
      place: { file },
      remedy: 'Check the permissions of the file.',
      cause: error,
    });
  }
}

/** TextDecoder removes the byte order mark. */
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const valid = bytes.toString('utf8').indexOf('\ufffd');
    const place = placeAt(bytes.toString('utf8'), valid);
    throw notText(file, 'is not UTF-8 text', 'Save the file as UTF-8.', place);
  }
}

function notText(file: string, what: string, remedy: string, place: { line: number; column: number }) {
  return new DriftmarkError('migrations-invalid', `${displayPath(file)} ${what}.`, {
    place: { file, ...place },
    remedy,
  });
}

function readAbove(dir: string, name: string): { readonly file: string; readonly text: string } | undefined {
  for (let folder = dir; ; folder = path.dirname(folder)) {
    const file = path.join(folder, name);
    const bytes = readBytes(file);
    if (bytes !== undefined) return { file, text: bytes.toString('utf8') };
    const isRoot = folder === path.dirname(folder) || entriesOf(folder).some((e) => e.name === '.git');
    if (isRoot) return undefined;
  }
}
