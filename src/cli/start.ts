import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { userCacheFolder } from '../util/cache-folder.js';
import { keepCompiledCode } from '../util/compile-cache.js';
import type { SpareProcess } from '../migrations/runner/child-process.js';
import type { HostProcess } from './host-process.js';

/** Runs a command line. If its migrations are probably code, their process starts while the command line is loaded. */
export async function start(host: HostProcess): Promise<void> {
  const runsCode = probablyRunsCode(host);
  if (runsCode) for (const flag of THRIFTY_FLAGS) setFlagsFromString(flag);
  keepCompiledCode(path.join(userCacheFolder(), 'code'));
  const spare = runsCode ? await spareProcess() : undefined;
  try {
    const { run } = await import('./run.js');
    await run(host, spare);
  } finally {
    spare?.end();
  }
}

/**
 * V8's compilers take 3 MB, and the processor from the process for migrations. The last flag lets V8 collect garbage
 * earlier. A longer run gets the opposite flags: see bin.
 */
const THRIFTY_FLAGS = ['--no-opt', '--no-sparkplug', '--optimize-for-size'];

/** An error occurs again, and is reported, when the command needs the process. */
async function spareProcess(): Promise<SpareProcess | undefined> {
  try {
    const { startSpare } = await import('../migrations/runner/child-process.js');
    return startSpare();
  } catch {
    return undefined;
  }
}

/** Only a guess: a package with code in its folder `migrations`, and no option that avoids or replaces the migrations. */
function probablyRunsCode({ argv, cwd }: HostProcess): boolean {
  const [, , command = '', ...args] = argv;
  if (!['check', 'update'].includes(command) || args.some((each) => AVOIDS_MIGRATIONS.test(each)))
    return false;
  const dirs = args.filter((each) => !each.startsWith('-'));
  return [...dirs, '.'].some((dir) => holdsCode(() => path.resolve(cwd(), dir, 'migrations')));
}

const AVOIDS_MIGRATIONS = /^(-h|--(help|url|urls-from|live|changed-since))\b/;

/** @param folder throws if the working directory does not exist: the command reports that. */
function holdsCode(folder: () => string): boolean {
  try {
    return readdirSync(folder()).some((name) => /\.[cm]?[jt]s$/.test(name));
  } catch {
    return false;
  }
}
