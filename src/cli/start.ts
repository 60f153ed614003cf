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
  if (runsCode) beThrifty();
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
 * earlier. A longer run gets what Node begins with, as in bin.
 */
function beThrifty(): void {
  for (const flag of ['--no-opt', '--no-sparkplug', '--optimize-for-size']) setFlagsFromString(flag);
  setTimeout(() => {
    for (const flag of ['--opt', '--sparkplug', '--no-optimize-for-size']) setFlagsFromString(flag);
  }, 2000).unref();
}

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
function probablyRunsCode(host: HostProcess): boolean {
  const [, , command = '', ...args] = host.argv;
  if (!['check', 'update'].includes(command) || args.some((each) => AVOIDS_MIGRATIONS.test(each)))
    return false;
  const dirs = args.filter((each) => !each.startsWith('-'));
  return [...dirs, '.'].some((dir) => holdsCode(host, dir));
}

const AVOIDS_MIGRATIONS = /^(-h|--(help|url|urls-from|live|changed-since))\b/;

/** If the working directory does not exist, the command reports that. */
function holdsCode({ cwd }: HostProcess, dir: string): boolean {
  try {
    return readdirSync(path.resolve(cwd(), dir, 'migrations')).some((name) => /\.[cm]?[jt]s$/.test(name));
  } catch {
    return false;
  }
}
