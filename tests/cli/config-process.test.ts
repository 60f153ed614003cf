import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { writeFiles } from '../support/repository.js';

// Each test needs a process of its own, because the config ends or breaks the process.
it.each([
  {
    of: 'calls process.exit(0)',
    text: 'process.exit(0);',
    says: /^error: driftmark exited before it finished\./,
  },
  {
    of: 'exits later with the code of drift',
    text: 'setTimeout(() => process.exit(2)); export default await new Promise(() => {});',
    says: /^error: driftmark exited before it finished\./,
  },
  {
    of: 'awaits a promise that never settles',
    text: 'export default await new Promise(() => {});',
    says: /^error: driftmark exited before it finished\./,
  },
  {
    of: 'throws when a setting is read',
    text: `export default { get name() { throw new Error('not yet'); } };`,
    says: /The config could not be loaded: not yet/,
  },
  {
    of: 'does not catch a rejected promise',
    text: `Promise.reject(new Error('later')); export default {};`,
    says: /^error: Unhandled error in the config or a module it imports: later\n {2}at: .*driftmark\.config\.mjs:1:\d+\n {2}→ .*\n$/,
  },
  {
    of: 'does not catch a rejected promise and awaits one that never settles',
    text: `Promise.reject(new Error('later')); export default await new Promise(() => {});`,
    says: /^error: Unhandled error in the config or a module it imports: later\n$/,
  },
  {
    of: 'throws in a timer',
    text: `setTimeout(() => { throw new Error('later'); }); export default {};`,
    says: /^error: Unhandled error in the config or a module it imports: later\n {2}at: .*driftmark\.config\.mjs:1:\d+.*\n {2}→ .*\n$/,
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
