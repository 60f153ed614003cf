import fc from 'fast-check';
import { parse } from 'libpg-query';
import { describe, expect, it } from 'vitest';
import { commentLines, splitScript, splitStatements } from '#src/postgres/sql-statements.js';
import { runsAll } from '../support/selection.js';

/** Parts of SQL in which a semicolon, a quote or a mark does not mean what it seems to. */
const HOSTILE = [
  ';',
  "''",
  '--',
  '/*',
  '*/',
  '$$',
  '$a$',
  '\\',
  '"',
  ' ',
  'x',
  '\n',
  '\r\n',
  '-- +goose Down',
  'é',
  '😀',
  'BEGIN ATOMIC',
  'END',
  '(',
  ')',
];
const hostile = fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((parts) => parts.join(''));
const without = (text: string, ...marks: readonly string[]) =>
  marks.reduce((rest, mark) => rest.replaceAll(mark, ''), text);

const literal = fc.oneof(
  hostile.map((text) => `'${without(text, "'")}'`),
  hostile.map((text) => `'${without(text, "'")}''${without(text, "'")}'`),
  hostile.map((text) => `E'${without(text, "'", '\\')}\\'${without(text, "'", '\\')}''\\\\'`),
  hostile.map((text) => `$$${without(text, '$')}$$`),
  hostile.map((text) => `$tag$${without(text, '$tag$')}$$$tag$`),
);
const name = hostile.map((text) => `"n${without(text, '"')}"`);
const comment = fc.oneof(
  hostile.map((text) => `--${without(text, '\n', '\r')}\n`),
  hostile.map((text) => `/* ${without(text, '/', '*')} /* ; */ ' */`),
  fc.constantFrom(' ', '\n', '\r\n\t'),
);
const statement = fc.oneof(
  fc.tuple(literal, comment, name).map(([a, b, c]) => `SELECT ${a}${b}AS ${c}`),
  fc.tuple(name, name, literal).map(([a, b, c]) => `CREATE TABLE ${a}.${b} (c text DEFAULT ${c})`),
  fc
    .tuple(name, literal)
    .map(
      ([a, b]) => `CREATE FUNCTION ${a}() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT ${b}; SELECT 2; END`,
    ),
  fc
    .tuple(name, literal)
    .map(
      ([a, b]) =>
        `CREATE OR REPLACE PROCEDURE ${a}() BEGIN ATOMIC SELECT CASE WHEN true THEN ${b} END; SELECT 1; END`,
    ),
  fc
    .tuple(name, name, literal)
    .map(([a, b, c]) => `CREATE RULE ${a} AS ON INSERT TO ${b} DO ALSO (SELECT ${c}; SELECT 2)`),
);
const script = fc.array(fc.tuple(comment, statement, comment, fc.constantFrom(';', ';;', '; ;')), {
  minLength: 1,
  maxLength: 5,
});

/** A statement as PostgreSQL parses it, without the places of its parts. */
const treesOf = async (sql: string): Promise<readonly string[]> => {
  const { stmts = [] } = (await parse(sql)) as { readonly stmts?: readonly { readonly stmt?: unknown }[] };
  return stmts.map(({ stmt }) =>
    JSON.stringify(stmt, (key, value: unknown) => (key.endsWith('location') ? undefined : value)),
  );
};

describe('splitStatements', () => {
  it('finds the statements that the parser of PostgreSQL finds', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (parts) => {
        const sql = parts.map((each) => each.join('')).join('');
        const statements = splitStatements(sql);
        const trees = await Promise.all(statements.map(({ text }) => treesOf(text)));
        expect(trees).toEqual((await treesOf(sql)).map((tree) => [tree]));
        for (const { text, start } of statements) expect(sql.slice(start, start + text.length)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('finds the same ones in a script for psql', () => {
    fc.assert(
      fc.property(script, (parts) => {
        const sql = parts.map((each) => each.join('')).join('');
        expect(splitScript(sql)).toEqual(
          splitStatements(sql).map((each) => ({ type: 'statement', ...each })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('takes comments for comments only outside of strings, names and bodies', () => {
    const mark = '-- +goose Down';
    fc.assert(
      fc.property(script, (parts) => {
        const sql = parts.map((each) => each.join('')).join('');
        for (const { text, start, line } of commentLines(`${sql}\n${mark}`)) {
          expect(`${sql}\n${mark}`.slice(start, start + text.length)).toBe(text);
          expect(`${sql}\n${mark}`.slice(0, start).split('\n').length).toBe(line);
        }
        expect([...commentLines(`${sql}\n${mark}`)].at(-1)?.text).toBe(mark);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['string', (text: string) => `SELECT '${text}'`],
    ['string with backslashes', (text: string) => `SELECT E'\\n${text}\\''`],
    ['string of quotes', (text: string) => `SELECT '${text.replaceAll('x', "''")}'`],
    ['quoted name', (text: string) => `SELECT "${text}"`],
    ['word', (text: string) => `SELECT ${text}`],
    ['comment', (text: string) => `SELECT 0 --${text}\n`],
    ['comment block', (text: string) => `SELECT 0 /*${text}*/`],
    ['body', (text: string) => `SELECT $$${text}$$`],
    ['list of values', (text: string) => `SELECT 0${text.replaceAll('x', ',1')}`],
  ])('splits a large file that is mostly one %s', (_what, statementOf) => {
    const statements = splitStatements(
      `${statementOf('x'.repeat(runsAll ? 25_000_000 : 4_000_000))};\nSELECT 1`,
    );
    expect(statements).toHaveLength(2);
    expect(statements[1]?.text).toBe('SELECT 1');
  });
});
