import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { constants, Script } from 'node:vm';
import { ensureFolder } from './fs.js';
import { isPrivateFolder } from './private-folder.js';

/**
 * Keeps the compiled code of the bundle's modules from one run to the next: compiling it takes a sixth of the processor
 * time of a short run. From Node 22 on, Node does this itself.
 * @param folder for the compiled code. It is not used if another user can change it, because Node runs what is in it.
 * @see https://nodejs.org/docs/latest-v22.x/api/module.html#module-compile-cache
 * @example keepCompiledCode(path.join(cacheFolder, 'code'));
 */
export function keepCompiledCode(folder: string): void {
  // Depends on the version of V8, without Node's own changes to it, and on the flags.
  const tag = cachedDataVersionTag();
  try {
    const own = path.join(folder, `${buildOfNode()}-${tag}`);
    ensureFolder(own, 0o755);
    if (!isPrivateFolder(own)) return;
    const enable: unknown = Reflect.get(Module, 'enableCompileCache');
    if (typeof enable === 'function') Reflect.apply(enable, Module, [own]);
    else compileWith(own, () => cachedDataVersionTag() === tag);
  } catch {
    // The folder cannot be created: everything is compiled again.
  }
}

/**
 * Names the build of Node. Code that another build compiled, even one with the same version of V8, can crash the process:
 * V8 does not notice it.
 */
const buildOfNode = (): string =>
  `node-${process.version}-${process.platform}-${process.arch}-${statSync(process.execPath).size}`;

/** @param isUsable whether the flags are the same as when the command started. */
function compileWith(folder: string, isUsable: () => boolean): void {
  const compiled = new Map<string, Script>();
  const scriptOf = (source: string, filename: string): Script => {
    const file = path.join(folder, encodeURIComponent(filename));
    const cachedData = codeIn(file);
    const script = new Script(Module.wrap(source), {
      filename,
      ...(cachedData && { cachedData }),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!cachedData || script.cachedDataRejected === true) compiled.set(file, script);
    return script;
  };
  const compile: unknown = Reflect.get(Module.prototype, '_compile');
  if (typeof compile !== 'function') return;
  Reflect.set(Module.prototype, '_compile', function (this: Module, source: string, filename: string): void {
    const isOwn = path.dirname(filename) === import.meta.dirname && HAS_HASH.test(filename);
    if (isOwn && isUsable() && !IMPORTS.test(source)) runModule(this, filename, scriptOf(source, filename));
    else Reflect.apply(compile, this, [source, filename]);
  });
  // By then, the functions that were called are compiled as well.
  process.once('exit', () => {
    if (compiled.size > 0 && isUsable()) save(folder, compiled);
  });
}

/** The name of a module with a hash of its content: V8 itself compares only the lengths of the sources. */
const HAS_HASH = /-[\w-]{8}\.js$/;

/** In code from the cache, Node 20 cannot import a module. */
const IMPORTS = /\bimport\s*\(/;

/** Calls the function that a CommonJS module is compiled to. */
function runModule(module: Module, filename: string, script: Script): void {
  const run: unknown = script.runInThisContext();
  if (typeof run !== 'function') throw new TypeError(`${filename} is not a module.`);
  const exports: unknown = module.exports;
  Reflect.apply(run, exports, [exports, createRequire(filename), module, filename, path.dirname(filename)]);
}

function codeIn(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function save(folder: string, compiled: ReadonlyMap<string, Script>): void {
  try {
    for (const [file, script] of compiled) {
      // Another process may read it.
      const unfinished = `${file}.${process.pid}`;
      writeFileSync(unfinished, script.createCachedData(), { mode: 0o600 });
      renameSync(unfinished, file);
    }
    for (const each of [folder, path.dirname(folder)]) removeOld(each);
  } catch {
    // The folder is full, or was removed.
  }
}

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

/** Removes what was written more than a month ago: by earlier versions of driftmark or of Node, mostly. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const entry = path.join(folder, name);
    if (Date.now() - statSync(entry).mtimeMs > MONTH_MS) rmSync(entry, { recursive: true, force: true });
  }
}
