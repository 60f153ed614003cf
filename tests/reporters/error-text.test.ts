import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { DriftmarkError } from '#src/errors.js';
import { sourceFrame } from '#src/migrations/errors/source-frame.js';
import { renderError } from '#src/reporters/formatting/error-text.js';

const errorAt = (source: string, line: number, column: number) =>
  new DriftmarkError('migration-failed', 'The type does not exist.', {
    details: [sourceFrame(source, { line, column }) ?? { label: 'source', text: '' }],
    remedy: 'Fix the type in the migration, which is wrong.',
  });
const render = (error: DriftmarkError, columns: number) =>
  renderError(error, { chalk: new Chalk({ level: 0 }), cwd: '/', columns });

it('cuts lines of source code at the width of the terminal, and wraps all other lines', () => {
  const source = 'CREATE TABLE boats (\n  id int,\n  name tekst, a_column_with_quite_a_long_name text\n);';
  expect(render(errorAt(source, 3, 8), 40)).toBe(`error: The type does not exist.
  1 | CREATE TABLE boats (
  2 |   id int,
  3 |   name tekst, a_column_with_quite…
    |        ^
  → Fix the type in the migration,
    which is wrong.
`);
});

it('puts the caret below the character, after tabs and after wide characters', () => {
  expect(render(errorAt('\tSELECT "船名", nothing', 1, 15), 80)).toBe(`error: The type does not exist.
  1 |     SELECT "船名", nothing
    |                    ^
  → Fix the type in the migration, which is wrong.
`);
});

it('keeps the caret in sight in a long line', () => {
  const text = render(errorAt(`SELECT ${'x'.repeat(300)} nothing`, 1, 309), 200);
  const [, line = '', caret = ''] = text.split('\n');
  expect(line.slice(caret.length - 1)).toBe('nothing');
});
