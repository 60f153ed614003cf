import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withScratchServer } from '#src/scratch/scratch.js';
import { runsAll } from '../support/selection.js';
import {
  isRoot,
  makeFolder,
  makeSurroundings,
  program,
  query,
  remains,
  type Surroundings,
} from './surroundings.js';

let around: Surroundings;
let cache: string;
beforeAll(() => {
  around = makeSurroundings();
});
afterAll(() => {
  around.remove();
});
beforeEach(() => {
  cache = makeFolder('dm-cache-', 0o755);
  process.env.DRIFTMARK_CACHE_DIR = cache;
});
afterEach(() => {
  rmSync(cache, { recursive: true, force: true });
  expect(remains(around)).toEqual([]);
});

/** Creates two databases, so that the prepared template0 is also used. */
async function work(): Promise<void> {
  await withScratchServer(around.options, async (server) => {
    await server.createDatabase();
    const { connection } = await server.createDatabase();
    await query(connection, 'CREATE TABLE a (b int PRIMARY KEY)');
  });
}

function entries(): string[] {
  return readdirSync(cache)
    .filter((name) => name.startsWith('data'))
    .flatMap((name) => readdirSync(path.join(cache, name)).map((entry) => path.join(cache, name, entry)));
}

function onlyEntry(): string {
  const [entry, ...more] = entries();
  expect(more).toEqual([]);
  return entry ?? expect.fail('nothing was prepared');
}

describe('the prepared data directory', () => {
  it('is created once and used by the next run', async () => {
    await work();
    const first = onlyEntry();
    const { birthtimeMs } = statSync(first);
    await work();
    expect(statSync(onlyEntry()).birthtimeMs).toBe(birthtimeMs);
    expect(statSync(first).mode & 0o077).toBe(0);
  });

  it('is created once if several runs start in parallel', async () => {
    const runs = [1, 2, 3].map(() => program('await server.createDatabase(); print("fine");'));
    for (const run of runs) expect(await run.end).toEqual({ code: 0, output: '"fine"\n' });
    onlyEntry();
  });

  let sound: string;
  beforeAll(async () => {
    sound = makeFolder('dm-sound-', 0o755);
    process.env.DRIFTMARK_CACHE_DIR = sound;
    await work();
  });
  afterAll(() => {
    rmSync(sound, { recursive: true, force: true });
  });
  /** Changes a file of the kept data directory, and the size of the archive only if that file's changes. */
  const inArchive = (archive: string, act: (data: string) => void): void => {
    const data = makeFolder('dm-data-', 0o700);
    execFileSync('tar', ['-xf', archive, '-C', data]);
    act(data);
    execFileSync('tar', ['-cf', archive, '-C', data, '.']);
    rmSync(data, { recursive: true });
  };
  const fillWithNonsense = (file: string): void => {
    writeFileSync(file, Buffer.alloc(statSync(file).size, 7));
  };
  const damages: { damage: string; act: (archive: string) => void }[] = [
    {
      damage: 'it is shorter',
      act: (archive) => {
        truncateSync(archive, 8192);
      },
    },
    {
      damage: 'a file is missing',
      act: (archive) => {
        inArchive(archive, (data) => {
          rmSync(path.join(data, 'base', '4', '1255'));
        });
      },
    },
    { damage: 'it holds nonsense', act: fillWithNonsense },
    {
      damage: 'a catalog holds nonsense',
      act: (archive) => {
        inArchive(archive, (data) => {
          fillWithNonsense(path.join(data, 'global', '1262'));
        });
      },
    },
    {
      damage: 'all is gone but the name',
      act: (archive) => {
        rmSync(archive);
      },
    },
  ];
  it.each(runsAll ? damages : damages.slice(0, 3))(
    'is thrown away and made anew when $damage',
    async ({ act }) => {
      execFileSync('cp', ['-a', `${sound}/.`, cache]);
      const entry = onlyEntry();
      const { birthtimeMs } = statSync(entry);
      act(path.join(entry, 'data'));
      await work();
      expect(statSync(onlyEntry()).birthtimeMs).not.toBe(birthtimeMs);
      expect(around.notices).toEqual([]);
    },
  );
});

describe('without a usable cache folder', () => {
  it('starts a server if a file is in place of the cache folder, with a notice', async () => {
    process.env.DRIFTMARK_CACHE_DIR = path.join(cache, 'file');
    writeFileSync(process.env.DRIFTMARK_CACHE_DIR, '');
    await work();
    expect(around.notices.splice(0)).toEqual([expect.stringContaining('is not used')]);
  });

  it.runIf(process.platform === 'linux')(
    'starts a server if the cache folder cannot be made, with a notice',
    async () => {
      const run = program('await server.createDatabase();', {
        env: { DRIFTMARK_CACHE_DIR: '/proc/nope/deep' },
        through: ['timeout', '-s', 'KILL', '30'],
      });
      const { code, output } = await run.end;
      expect(output).toContain('the cache folder /proc/nope/deep is not used');
      expect(code).toBe(0);
    },
  );

  it('does not use a cache folder that other users can write to', async () => {
    chmodSync(cache, 0o777);
    await work();
    expect(readdirSync(cache)).toEqual([]);
    expect(around.notices.splice(0)).toEqual([
      expect.stringContaining('other users must not be able to write to it'),
    ]);
  });

  it.skipIf(!isRoot)(
    'does not use a cache folder that the server user cannot enter (needs root)',
    async () => {
      chmodSync(cache, 0o700);
      await work();
      expect(existsSync(path.join(cache, 'binaries'))).toBe(false);
      expect(around.notices.splice(0)).toEqual([expect.stringContaining('must be able to enter it')]);
    },
  );
});
