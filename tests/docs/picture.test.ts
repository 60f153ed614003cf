import path from 'node:path';
import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { terminalSvg } from '../support/terminal-svg.js';

/** After a change of words: `npx vitest run tests/docs --update`, and look at the picture. */
it('the picture in the README is what driftmark check prints', async () => {
  await inFolder(async (cwd) => {
    const { code, stdout } = await driftmark(['check'], { cwd, env: { FORCE_COLOR: '1' } });
    expect(code).toBe(2);
    const svg = terminalSvg(`\u001b[2m$\u001b[22m driftmark check\n\n${stdout}`);
    await expect(svg).toMatchFileSnapshot(path.resolve('docs/failing-check.svg'));
  }, 'fixtures/stories/stale');
});
