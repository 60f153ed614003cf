import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A temporary folder, with a copy of another one in it where one is named; gone afterwards. */
export async function inFolder<T>(use: (dir: string) => Promise<T>, copyOf?: string): Promise<T> {
  const dir = await realpath(await mkdtemp(path.join(tmpdir(), 'driftmark-test-')));
  try {
    if (copyOf !== undefined) await cp(copyOf, dir, { recursive: true });
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
