import path from 'node:path';
import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { terminalSvg, THEMES } from '../support/terminal-svg.js';

/** After a change of words: `npx vitest run tests/docs --update`, and look at the picture. */
it('the pictures in the README are what driftmark check prints', async () => {
  await inFolder(async (cwd) => {
    const { code, stdout } = await driftmark(['check'], { cwd, env: { FORCE_COLOR: '1' } });
    expect(code).toBe(2);
    const output = `\u001b[2m$\u001b[22m npx driftmark check\n\n${stdout}`;
    await expect(terminalSvg(output, THEMES.dark)).toMatchFileSnapshot(
      path.resolve('docs/failing-check.svg'),
    );
    await expect(terminalSvg(output, THEMES.light)).toMatchFileSnapshot(
      path.resolve('docs/failing-check-light.svg'),
    );
  }, 'fixtures/stories/stale');
});
