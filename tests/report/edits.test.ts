import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { ReportSyntaxError } from '#src/report/syntax-error.js';

const FULL = await readFile('fixtures/stories/in-sync/report.sql.md', 'utf8');
const BACKSTAGE = await readFile('fixtures/auth/report.sql.md', 'utf8');

const problemOf = (text: string): unknown => {
  try {
    return parse(text);
  } catch (problem) {
    return problem;
  }
};

describe.each([
  { format: 'full', text: FULL },
  { format: 'full with a diagram', text: render({ ...parse(FULL), diagram: true }) },
  { format: 'backstage', text: BACKSTAGE },
])('a report in the format $format', ({ text }) => {
  it('reads a report with CRLF line ends like one with LF', () => {
    expect(parse(text.replaceAll('\n', '\r\n'))).toEqual(parse(text));
    expect(render(parse(text))).toBe(text);
  });

  it('rejects a report with any line removed', () => {
    const lines = text.trimEnd().split('\n');
    for (const at of lines.keys()) {
      const without = `${[...lines.slice(0, at), ...lines.slice(at + 1)].join('\n')}\n`;
      const problem = problemOf(without);
      // Without a whole property, the report is one of another schema. With half a property, it is not valid.
      if (!(problem instanceof Error)) expect(problem, lines[at]).not.toEqual(parse(text));
      else expect(problem, lines[at]).toBeInstanceOf(ReportSyntaxError);
    }
  });

  it('rejects a report with a space or a word added to any line', () => {
    const lines = text.trimEnd().split('\n');
    for (const at of lines.keys()) {
      for (const addition of [' ', ' more']) {
        const edited = lines.map((line, index) => (index === at ? line + addition : line));
        const problem = problemOf(`${edited.join('\n')}\n`);
        expect(problem, lines[at]).toBeInstanceOf(ReportSyntaxError);
      }
    }
  });

  it('rejects a report without exactly one line break at its end', () => {
    expect(problemOf(text.trimEnd())).toBeInstanceOf(ReportSyntaxError);
    expect(problemOf(`${text}\n`)).toBeInstanceOf(ReportSyntaxError);
  });
});

describe('the parser', () => {
  it.each([
    { what: 'an index without parentheses', from: '(`total`)', to: 'on (`total`)', line: 40 },
    { what: 'another order of indexes', from: '- `orders_pkey`', to: '- `zzz_pkey`', line: 39 },
    { what: 'a table that is not padded', from: '| `id`          |', to: '| `id` |', line: 29 },
    { what: 'an unknown section', from: '### Checks', to: '### Tests', line: 46 },
    { what: 'another heading', from: '## Enums', to: '## Kinds', line: 7 },
    { what: 'a property twice', from: 'identity always', to: 'identity always, identity always', line: 18 },
    { what: 'a newer format', from: 'format=1', to: 'format=2', line: 5 },
    { what: 'text between', from: '## Enums', to: 'Hello\n\n## Enums', line: 7 },
    { what: 'the start of a merge', from: '## Enums', to: '<<<<<<< HEAD\n## Enums', line: 7 },
  ])('names the line of $what in an edited report', ({ from, to, line }) => {
    expect(FULL).toContain(from);
    const problem = problemOf(FULL.replace(from, to));
    expect(problem).toBeInstanceOf(ReportSyntaxError);
    expect(problem).toMatchObject({ line });
  });

  it('names the line of a comment on an object that is not in the report', () => {
    const problem = problemOf(`${FULL}\n### Comments\n\n- trigger \`gone\`: \`Why\`\n`);
    expect(problem).toBeInstanceOf(ReportSyntaxError);
    expect(problem).toMatchObject({
      line: FULL.split('\n').length + 3,
      message: expect.stringContaining('"gone"') as string,
    });
  });

  it('rejects a line that is not part of the backstage format', () => {
    const withCheck = `${BACKSTAGE}\n### Checks\n\n- \`positive\` \`(a > 0)\`\n`;
    expect(problemOf(withCheck)).toBeInstanceOf(ReportSyntaxError);
    const withMore = BACKSTAGE.replace(/^## Table/m, '- more\n\n## Table');
    expect(problemOf(withMore)).toBeInstanceOf(ReportSyntaxError);
  });
});
