import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DriftmarkError } from '../../../errors.js';
import { displayPath } from '../../errors/source-location.js';
import type { SessionSetup } from '../layout.js';

/**
 * Loads a package as the project's migrations would: from the migrations folder, then from the package that they
 * belong to.
 *
 * @throws DriftmarkError `migrations-invalid` if the package is not installed there.
 */
export async function importProjectPackage<Module>(
  name: string,
  title: string,
  { folder, projectDir }: Pick<SessionSetup, 'folder' | 'projectDir'>,
): Promise<Module> {
  const url = await resolvePackage(name, [folder.dir, projectDir]);
  if (url === undefined) {
    const shown = displayPath(projectDir);
    throw new DriftmarkError(
      'migrations-invalid',
      `The package \`${name}\` is not installed in ${shown === '' ? 'this folder' : shown}. driftmark runs migrations of ${title} with the project's own package.`,
      {
        place: { file: folder.migrations[0]?.file ?? folder.dir },
        remedy: `Run \`npm install\`, or the command of your package manager. If the project does not depend on \`${name}\`, add it.`,
      },
    );
  }
  return (await importWhole(url)) as Module;
}

/** Loads a package if it is installed: what needs it reports if it is not. */
export async function preloadProjectPackage(name: string, dirs: readonly string[]): Promise<void> {
  const url = await resolvePackage(name, dirs);
  if (url !== undefined) await import(url);
}

/** A part of a package, by the first of these names that can be loaded. */
export async function importOptional<Module>(
  names: readonly string[],
  { folder, projectDir }: Pick<SessionSetup, 'folder' | 'projectDir'>,
): Promise<Module | undefined> {
  for (const name of names) {
    const url = await resolvePackage(name, [folder.dir, projectDir]);
    if (url !== undefined) return (await importWhole(url)) as Module;
  }
  return undefined;
}

async function importWhole(url: string): Promise<object> {
  const module = (await import(url)) as object;
  // Node finds the names of a CommonJS module by its text, which can miss some: the object has all of them.
  const whole: unknown = 'default' in module ? module.default : undefined;
  return { ...(typeof whole === 'object' ? whole : {}), ...module };
}

/** The URL of a package; undefined if it is not installed. */
async function resolvePackage(name: string, dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of dirs) {
    const from = path.join(dir, 'noop.js');
    try {
      return pathToFileURL(createRequire(from).resolve(name)).href;
    } catch (error) {
      // The package is there, but only as an ES module, which `require` does not resolve.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') continue;
      const { createJiti } = await import('jiti');
      const found = createJiti(from).esmResolve(name, { try: true });
      if (found) return found;
    }
  }
  return undefined;
}
