import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { canAccess } from '#src/scratch/embedded/access.js';
import { serverUser } from '#src/scratch/embedded/server-user.js';
import { postgresBin, type AnyMajor } from '../postgres-versions.js';
import type { SharedThings, Unavailable } from './ask.js';

const exec = promisify(execFile);

/** The superuser of every cluster. */
export const SUPERUSER = 'postgres';

/** What the clusters of all test files are copies of; one for each version, in one folder. */
export interface ClusterTemplates {
  readonly get: (major: AnyMajor) => Promise<SharedThings['cluster'] | Unavailable>;
  /** Removes the folder. */
  readonly stop: () => Promise<void>;
}

export function makeClusterTemplates(): ClusterTemplates {
  const made = new Map<AnyMajor, Promise<SharedThings['cluster'] | Unavailable>>();
  let folder: Promise<string> | undefined;
  return {
    get: (major) => {
      folder ??= mkdtemp(path.join(os.tmpdir(), 'dm-shared-'));
      const template = made.get(major) ?? folder.then((dir) => makeTemplate(dir, major));
      made.set(major, template);
      return template;
    },
    stop: async () => {
      await Promise.allSettled(made.values());
      if (folder) await rm(await folder, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(folder: string, major: AnyMajor): Promise<SharedThings['cluster'] | Unavailable> {
  const found = await postgresBin(major);
  if (found.unavailable !== undefined) return found;
  const account = serverUser();
  // The servers' account reads what is in it.
  await chmod(folder, 0o755);
  const own = path.join(folder, String(major));
  await mkdir(own);
  if (account.switchTo) await chown(own, account.switchTo.uid, account.switchTo.gid);
  const data = path.join(own, 'data');
  const bin = canAccess(account, path.join(found.bin, 'postgres'), 'execute')
    ? found.bin
    : await copied(path.dirname(found.bin), path.join(own, 'pg'));
  await exec(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { cwd: own, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }, ...account.switchTo },
  );
  return { bin, data };
}

async function copied(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  return path.join(to, 'bin');
}
