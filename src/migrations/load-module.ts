import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const typescript = ['.ts', '.mts', '.cts'];

export function isTypeScript(file: string): boolean {
  return typescript.includes(path.extname(file));
}

/**
 * Loads a module of the user's in any language and of any module kind. TypeScript goes through jiti,
 * since Node 20 cannot load it; it compiles anew each time, so as to leave no cache behind.
 */
export async function loadModule(file: string): Promise<unknown> {
  if (isTypeScript(file)) {
    const { createJiti } = await import('jiti');
    return createJiti(file, { fsCache: false, tsconfigPaths: true }).import(file);
  }
  if (path.extname(file) === '.cjs') return createRequire(file)(file) as unknown;
  return import(pathToFileURL(file).href);
}
