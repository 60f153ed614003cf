import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { writeFiles } from '../support/repository.js';

const EXITED = `error: driftmark exited before it finished.
  → Check that the config file, and the modules it imports, do not call process.exit() or await a promise that never resolves.
`;
const UNHANDLED = `error: Unhandled error in the config or a module it imports: later
  at: <place>
  → Await or catch the promise that rejected, or catch the error in the callback that threw it.
`;

// Each test needs a process of its own, because the config ends or breaks the process.
it.each([
  {
    of: 'calls process.exit(0)',
    text: 'process.exit(0);',
    prints: EXITED,
  },
  {
    of: 'exits later with the code of drift',
    text: 'setTimeout(() => process.exit(2)); export default await new Promise(() => {});',
    prints: EXITED,
  },
  {
    of: 'awaits a promise that never settles',
    text: 'export default await new Promise(() => {});',
    prints: EXITED,
  },
  {
    of: 'throws when a setting is read',
    text: `export default { get name() { throw new Error('not yet'); } };`,
    prints: `error: driftmark.config.mjs: The config could not be loaded: not yet
  → Fix the file, or select another one with --config.
`,
  },
  {
    of: 'does not catch a rejected promise',
    text: `Promise.reject(new Error('later')); export default {};`,
    prints: UNHANDLED,
  },
  {
    of: 'does not catch a rejected promise and awaits one that never settles',
    text: `Promise.reject(new Error('later')); export default await new Promise(() => {});`,
    prints: 'error: Unhandled error in the config or a module it imports: later\n',
  },
  {
    of: 'throws in a timer',
    text: `setTimeout(() => { throw new Error('later'); }); export default {};`,
    prints: UNHANDLED,
  },
])('check exits 1 and names the cause for a config that $of', async ({ text, prints }) => {
  await inFolder(async (cwd) => {
    await writeFiles(cwd, {
      'package.json': '{"name":"shop"}',
      'migrations/1.sql': 'CREATE TABLE t (id int);',
      'driftmark.config.mjs': text,
    });
    const { code, stdout, stderr } = await driftmark(['check'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.replace(/at: .*driftmark\.config\.mjs:1:\d+.*/, 'at: <place>')).toBe(prints);
  });
});
