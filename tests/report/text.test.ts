import { describe, expect, it } from 'vitest';
import {
  codeSpan,
  decodeExpression,
  decodeJson,
  encodeCell,
  encodeExpression,
  encodeIdentifier,
  encodeSqlName,
  fence,
  fenceOf,
  isFenceable,
  quoteOutsideCode,
} from '#src/report/markdown/text.js';
import { parseRow, renderTable } from '#src/report/markdown/table.js';

describe('quoteOutsideCode() escapes what Markdown could interpret', () => {
  it.each([
    ['@acme/orders', '"@acme/orders"'],
    ['a_b', '"a_b"'],
    ['_a_', '"\\u005fa\\u005f"'],
    ['a*b*', '"a\\u002ab\\u002a"'],
    ['a  b', '"a\\u0020 b"'],
    [' a', '"\\u0020a"'],
    ['a ', '"a\\u0020"'],
    ['<b>', '"\\u003cb\\u003e"'],
    ['a--b', '"a\\u002d-b"'],
    ['[x](y)', '"\\u005bx\\u005d\\u0028y\\u0029"'],
    ['naïve', '"na\\u00efve"'],
    ['', '""'],
  ])('%j as %s', (text, quoted) => {
    expect(quoteOutsideCode(text)).toBe(quoted);
    expect(decodeJson(quoted)).toBe(text);
  });
});

describe('encodeCell() encodes as JSON only what parsers read differently', () => {
  it.each([
    ['a', encodeIdentifier, 'a'],
    ['a | b', encodeExpression, 'a | b'],
    ['a \\| b', encodeExpression, 'json:"a \\\\\\u007c b"'],
    ['"T"', encodeSqlName, '"T"'],
  ])('%j', (text, encode, encoded) => {
    expect(encodeCell(text, encode)).toBe(encoded);
  });
});

describe('decodeExpression()', () => {
  it.each([
    ['a', 'a'],
    ['json:"a b"', 'a b'],
    ['json:a', 'json:a'],
    ['json:"a', undefined],
    ['json:"a" b', undefined],
  ])('decodes %j as %j', (encoded, text) => {
    expect(decodeExpression(encoded)).toBe(text);
  });
});

describe('decodeJson()', () => {
  it.each([
    ['"a"', 'a'],
    ['1', undefined],
    ['null', undefined],
    ['"a', undefined],
    ['', undefined],
  ])('decodes %j as %j', (encoded, text) => {
    expect(decodeJson(encoded)).toBe(text);
  });
});

describe('code spans and code blocks have more backticks than their content', () => {
  it.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['a``b', '```a``b```'],
  ])('codeSpan(%j)', (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });

  it.each([
    ['', 1],
    ['a', 1],
    ['`', 2],
    ['` ```', 4],
  ])('fenceOf(%j) is %d', (text, length) => {
    expect(fenceOf(text)).toBe(length);
  });

  it('finds the fence of a definition with very many runs of backticks', () => {
    expect(fenceOf('`a`` '.repeat(200_000))).toBe(3);
  });

  it.each([
    ['SELECT 1', ['```sql', 'SELECT 1', '```']],
    ['a\nb', ['```sql', 'a', 'b', '```']],
    ['```', ['````sql', '```', '````']],
  ])('fence(%j)', (body, lines) => {
    expect(fence('sql', body)).toEqual(lines);
  });
});

describe('isFenceable()', () => {
  it.each([
    ['SELECT 1', true],
    ['BEGIN\n\tRETURN;\nEND', true],
    ['', false],
    [' x', false],
    ['x\n', false],
    ['zero\u200bwidth', false],
    ['carriage\rreturn', false],
    ['a\n<<<<<<< HEAD\nb', false],
    ['a\n>>>>>>> main\nb', false],
    ['a <<<<<<< b', true],
  ])('%j: %s', (body, isSafe) => {
    expect(isFenceable(body)).toBe(isSafe);
  });
});

describe('a Markdown table', () => {
  it.each<{ name: string; rows: readonly (readonly string[])[]; lines: readonly string[] }>([
    {
      name: 'has columns of at least three characters',
      rows: [['x', 'y']],
      lines: ['| a   | b   |', '| --- | --- |', '| x   | y   |'],
    },
    {
      name: 'pads to the widest cell',
      rows: [['x', 'long one']],
      lines: ['| a   | b        |', '| --- | -------- |', '| x   | long one |'],
    },
    {
      name: 'counts wide characters twice',
      rows: [['表', 'y']],
      lines: ['| a   | b   |', '| --- | --- |', '| 表  | y   |'],
    },
    {
      name: 'escapes pipes',
      rows: [['x|y', 'z']],
      lines: ['| a    | b   |', '| ---- | --- |', '| x\\|y | z   |'],
    },
    {
      name: 'fills a missing cell',
      rows: [['x']],
      lines: ['| a   | b   |', '| --- | --- |', '| x   |     |'],
    },
  ])('$name', ({ rows, lines }) => {
    expect(renderTable(['a', 'b'], rows)).toEqual(lines);
  });

  it.each<readonly [string, readonly string[] | undefined]>([
    ['| a | b |', ['a', 'b']],
    ['| a    | b   |', ['a', 'b']],
    ['| x\\|y | z |', ['x|y', 'z']],
    ['|  | b |', ['', 'b']],
    ['a | b', undefined],
    ['|a|b|', undefined],
    ['', undefined],
  ])('parseRow(%j) is %j', (line, cells) => {
    expect(parseRow(line)).toEqual(cells);
  });
});
