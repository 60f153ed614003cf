import { execFile } from 'node:child_process';
import { appendFile, chmod, copyFile, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanEnv, driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';

const run = (cache: string) => driftmark(['--version'], { cwd: cache, env: { DRIFTMARK_CACHE_DIR: cache } });

/** The files of compiled code in a cache folder, with the times at which they were written. */
async function filesIn(cache: string): Promise<Record<string, number>> {
  const folder = path.join(cache, 'code');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await stat(file)).mtimeMs] as const)),
  );
}

describe('the compiled code of the command', () => {
  it('is kept for the next run', () =>
    inFolder(async (cache) => {
      const first = await run(cache);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      const files = await filesIn(cache);
      expect(Object.keys(files).length).toBeGreaterThan(0);
      expect(await run(cache)).toEqual(first);
      expect(await filesIn(cache)).toEqual(files);
    }));

  it('is not used if it is damaged', () =>
    inFolder(async (cache) => {
      const first = await run(cache);
      const files = Object.keys(await filesIn(cache));
      await Promise.all(files.map((file) => writeFile(file, 'damaged')));
      expect(await run(cache)).toEqual(first);
    }));

  it('is not used if another user can change it', () =>
    inFolder(async (cache) => {
      await mkdir(path.join(cache, 'code'));
      await chmod(path.join(cache, 'code'), 0o777);
      expect(await run(cache)).toMatchObject({ code: 0, stderr: '' });
      expect(await filesIn(cache)).toEqual({});
    }));

  it.runIf(process.platform === 'linux')('is not used by another build of Node', () =>
    inFolder(async (cache) => {
      await run(cache);
      const another = path.join(cache, 'node');
      await copyFile(process.execPath, another);
      await appendFile(another, ' ');
      const env = cleanEnv({ DRIFTMARK_CACHE_DIR: cache });
      await promisify(execFile)(another, [path.resolve('bin/driftmark.js'), '--version'], { env });
      expect(await readdir(path.join(cache, 'code'))).toHaveLength(2);
    }),
  );

  it('is removed after a month', () =>
    inFolder(async (cache) => {
      const old = path.join(cache, 'code', 'v8-1');
      await mkdir(old, { recursive: true });
      await utimes(old, new Date(0), new Date(0));
      await run(cache);
      // From Node 22 on, Node writes the files.
      if (!('enableCompileCache' in (await import('node:module')).default))
        expect(await readdir(path.join(cache, 'code'))).not.toContain('v8-1');
    }));

  it('is not needed', () =>
    inFolder(async (cache) => {
      const file = path.join(cache, 'a-file');
      await writeFile(file, '');
      const env = { DRIFTMARK_CACHE_DIR: path.join(file, 'cache') };
      expect(await driftmark(['--version'], { cwd: cache, env })).toMatchObject({ code: 0, stderr: '' });
    }));
});
