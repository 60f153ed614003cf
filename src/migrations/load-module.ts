import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const typescript = ['.ts', '.mts', '.cts'];

export function isTypeScript(file: string): boolean {
  return typescript.includes(path.extname(file));
}

/**
 * Loads a module of the user's in any language and of any module kind. TypeScript goes through jiti,
 * since Node 20 cannot load it; it compiles anew each time, so as to leave no cache behind. So do ES modules in `.js` files
 * of a CommonJS package, which projects with Babel have.
 */
export async function loadModule(file: string): Promise<unknown> {
  if (isTypeScript(file)) return compileModule(file);
  if (path.extname(file) === '.cjs') return createRequire(file)(file) as unknown;
  if (path.extname(file) === '.js' && (await isUndeclaredModule(file))) return compileModule(file);
  return import(pathToFileURL(file).href);
}

/** A tsconfig.json may extend a file that a build or an installation creates: then the module loads without path aliases. */
async function compileModule(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  try {
    return await createJiti(file, { fsCache: false, tsconfigPaths: true }).import(file);
  } catch (error) {
    if (!(error instanceof Error && /^File '.*' not found\.?$/.test(error.message))) throw error;
    return createJiti(file, { fsCache: false }).import(file);
  }
}

/** Whether a file has the syntax of an ES module, and no package.json says so. */
async function isUndeclaredModule(file: string): Promise<boolean> {
  const source = await readFile(file, 'utf8');
  if (!/^(import\s*[\w{*'"]|export\s)/m.test(source)) return false;
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    const manifest = await readFile(path.join(dir, 'package.json'), 'utf8').catch(() => undefined);
    if (manifest !== undefined) return !/"type"\s*:\s*"module"/.test(manifest);
    if (dir === path.dirname(dir)) return true;
  }
}
