import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { stableOutput } from '../support/stable-output.js';

/**
 * Each folder of fixtures/stories is a package, and `check.txt` is all that `driftmark check` prints in it. After a
 * change of words: `npx vitest run tests/cli/stories.test.ts --update`, and read the difference.
 */
const STORIES = path.resolve('fixtures/stories');
/** The roles of the shared server are not what they expect. */
const NEEDS_OWN_SERVER = new Set(['roles-and-setup', 'unknown-role']);
const stories = (await readdir(STORIES)).sort();

describe('driftmark check prints what check.txt says', () => {
  it.each(stories)('in fixtures/stories/%s', async (story) => {
    await inFolder(async (dir) => {
      const cwd = path.join(dir, story);
      await cp(path.join(STORIES, story), cwd, { recursive: true });
      await rm(path.join(cwd, 'check.txt'), { force: true });
      const run = NEEDS_OWN_SERVER.has(story) ? driftmark : driftmarkOnSharedServer;
      const { code, stdout, stderr } = await run(['check'], { cwd });
      const told = [
        '$ driftmark check',
        stableOutput(stdout),
        ...(stderr === '' ? [] : ['--- stderr ---', stableOutput(stderr)]),
        `--- exit code ${code} ---`,
        '',
      ].join('\n');
      await expect(told).toMatchFileSnapshot(path.join(STORIES, story, 'check.txt'));
    });
  });
});
