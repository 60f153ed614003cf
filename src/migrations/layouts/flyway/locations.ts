import path from 'node:path';
import type { FolderListing } from '../../folder-listing.js';
import type { FlywayConfig } from './config.js';

/**
 * The folders in which Flyway looks. If its configuration names the folder that is read, or folders in it, these and the
 * others that it names; else only the folder that is read, because the project's own setting is stronger.
 */
export async function locationsOf(
  folder: FolderListing,
  { locations, file }: Pick<FlywayConfig, 'locations' | 'file'>,
): Promise<readonly FolderListing[]> {
  const base = file === undefined ? folder.projectDir : path.dirname(file);
  const places = locations.flatMap((location) => placesOf(location, folder.projectDir, base));
  const listings = await Promise.all([...new Set(places)].map((place) => folder.folder(place)));
  const existing = listings.filter(({ files, folders }) => files.length + folders.length > 0);
  const isMeant = existing.some(({ dir }) => dir === folder.dir || dir.startsWith(folder.dir + path.sep));
  return isMeant ? existing : [folder];
}

/** `classpath:` is a folder of resources. A location with wildcards is not followed. */
function placesOf(location: string, projectDir: string, base: string): readonly string[] {
  const [, scheme = 'classpath', written = ''] = /^(?:(classpath|filesystem):)?(.*)$/.exec(location) ?? [];
  const place = written
    .replaceAll('{vendor}', 'postgresql')
    .replace(/^\/+/, scheme === 'classpath' ? '' : '/');
  if (place === '' || /[*?]/.test(place)) return [];
  return scheme === 'classpath'
    ? [path.resolve(projectDir, 'src/main/resources', place)]
    : [...new Set([path.resolve(base, place), path.resolve(projectDir, place)])];
}
