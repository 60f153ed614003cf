import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { writeFiles } from '../support/repository.js';

// A process for each: what the config does to it is what is tested.
it.each([
  { of: 'ends the process', text: 'process.exit(0);', says: /ended before it had done its work/ },
  {
    of: 'ends it as if there were drift',
    text: 'setTimeout(() => process.exit(2)); export default await new Promise(() => {});',
    says: /ended before it had done its work/,
  },
  {
    of: 'waits for a promise that is never settled',
    text: 'export default await new Promise(() => {});',
    says: /ended before it had done its work/,
  },
  {
    of: 'throws where it is read',
    text: `export default { get name() { throw new Error('not yet'); } };`,
    says: /The config could not be loaded: not yet/,
  },
  {
    of: 'leaves a promise to itself that is rejected',
    text: `Promise.reject(new Error('later')); export default {};`,
    says: /^error: An error was caught by nobody: later\n {2}at: .*driftmark\.config\.mjs:1:\d+\n {2}→ .*\n$/,
  },
  {
    of: 'does so, and waits for a promise that is never settled',
    text: `Promise.reject(new Error('later')); export default await new Promise(() => {});`,
    says: /^error: An error was caught by nobody: later\n$/,
  },
  {
    of: 'throws while the work is done',
    text: `setTimeout(() => { throw new Error('later'); }); export default {};`,
    says: /^error: An error was caught by nobody: later\n {2}at: .*driftmark\.config\.mjs:1:\d+.*\n {2}→ .*\n$/,
  },
])('check exits 1 and names the cause for a config that $of', async ({ text, says }) => {
  await inFolder(async (cwd) => {
    await writeFiles(cwd, {
      'package.json': '{"name":"shop"}',
      'migrations/1.sql': 'CREATE TABLE t (id int);',
      'driftmark.config.mjs': text,
    });
    const { code, stdout, stderr } = await driftmark(['check'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
  });
});
