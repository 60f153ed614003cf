import path from 'node:path';
import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';

const INTRODUCTION = `# The command line

What \`--help\` prints, of driftmark and of each command.
`;

/** After a change of words: `npx vitest run tests/docs --update`, and read the difference. */
it('docs/cli.md is what --help prints', async () => {
  const whole = await help();
  const [, commands = ''] = /\nCommands:\n([^]*?)\n\n/.exec(whole) ?? [];
  const names = [...commands.matchAll(/^ {2}([a-z]+)/gm)].flatMap(([, name]) =>
    name === undefined || name === 'help' ? [] : [name],
  );
  expect(names).toEqual(expect.arrayContaining(['check', 'update', 'show']));
  const sections = [`## driftmark\n\n${block(whole)}`];
  for (const name of names) sections.push(`## driftmark ${name}\n\n${block(await help(name))}`);
  await expect([INTRODUCTION, ...sections].join('\n')).toMatchFileSnapshot(path.resolve('docs/cli.md'));
});

async function help(...command: string[]): Promise<string> {
  const { code, stdout, stderr } = await driftmark([...command, '--help'], { cwd: process.cwd() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const block = (text: string) => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
