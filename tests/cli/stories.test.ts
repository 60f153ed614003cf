import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';

/**
 * Each folder of fixtures/stories is a package, and `check.txt` is all that `driftmark check` prints in it. After a
 * change of words: `npx vitest run tests/cli/stories.test.ts --update`, and read the difference.
 */
const STORIES = path.resolve('fixtures/stories');
const stories = (await readdir(STORIES)).sort();

describe('the stories', () => {
  it.each(stories)('%s', async (story) => {
    await inFolder(async (dir) => {
      const cwd = path.join(dir, story);
      await cp(path.join(STORIES, story), cwd, { recursive: true });
      await rm(path.join(cwd, 'check.txt'), { force: true });
      const { code, stdout, stderr } = await driftmark(['check'], { cwd });
      const told = [
        '$ driftmark check',
        withoutTimes(stdout),
        ...(stderr === '' ? [] : ['--- stderr ---', withoutTimes(stderr)]),
        `--- exit code ${code} ---`,
        '',
      ].join('\n');
      await expect(told).toMatchFileSnapshot(path.join(STORIES, story, 'check.txt'));
    });
  });
});

const withoutTimes = (text: string) => text.replace(/\d+\.\d s\)/g, '0.0 s)');
