import { describe, expect, it } from 'vitest';
import { compare } from '#src/schema/compare.js';
import { byCodePoint, canonical, keyOf, noObjects, orderNamespaces } from '#src/schema/model.js';
import { column, schemaOf, tables } from '../support/schemas.js';

describe('byCodePoint() sorts as the collation "C" does', () => {
  it.each([
    { name: 'digits before letters', sorted: ['1', 'a'] },
    { name: 'upper case before lower case', sorted: ['B', 'a'] },
    { name: 'a prefix first', sorted: ['a', 'aa'] },
    { name: 'the empty string first', sorted: ['', 'a'] },
    { name: 'an underscore before lower case and after upper case', sorted: ['Z', '_', 'a'] },
    { name: 'accented letters after all ASCII letters', sorted: ['z', 'é'] },
    { name: 'characters above U+FFFF last', sorted: ['\ufb00', '\u{1f600}'] },
    { name: 'two characters above U+FFFF by code point', sorted: ['\u{1f600}', '\u{1f601}'] },
    { name: 'numbers as strings', sorted: ['10', '9'] },
  ])('$name', ({ sorted }) => {
    expect([...sorted].reverse().sort(byCodePoint)).toEqual(sorted);
  });
});

describe('keyOf() is different for different lists', () => {
  it.each([
    [['a', 'b'], ['ab']],
    [
      ['a', ''],
      ['', 'a'],
    ],
    [['1:a'], ['1', 'a']],
    [
      ['a:1', 'b'],
      ['a', '1:b'],
    ],
    [[], ['']],
  ])('%j and %j', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });
});

describe('orderNamespaces()', () => {
  it.each([
    { names: ['b', 'a'], ordered: ['a', 'b'] },
    { names: ['a', 'public', 'b'], ordered: ['public', 'a', 'b'] },
    { names: ['public'], ordered: ['public'] },
    { names: ['a', 'a'], ordered: ['a'] },
    { names: ['Public', 'a'], ordered: ['Public', 'a'] },
    { names: [], ordered: [] },
  ])('$names gives $ordered', ({ names, ordered }) => {
    expect(orderNamespaces(names)).toEqual(ordered);
  });
});

describe('canonical() orders', () => {
  const order = (names: readonly (readonly [schema: string, name: string])[], namespaces: string[]) =>
    canonical({
      namespaces,
      objects: { ...noObjects(), table: names.map(([schema, name]) => ({ schema, name })) },
    }).objects.table.map(({ schema, name }) => `${schema}.${name}`);

  it('tables by name', () => {
    expect(
      order(
        [
          ['public', 'b'],
          ['public', 'a'],
        ],
        ['public'],
      ),
    ).toEqual(['public.a', 'public.b']);
  });

  it('tables by schema, in the order of the schemas', () => {
    expect(
      order(
        [
          ['app', 'a'],
          ['public', 'b'],
        ],
        ['public', 'app'],
      ),
    ).toEqual(['public.b', 'app.a']);
  });

  it('tables of unknown schemas last', () => {
    expect(
      order(
        [
          ['x', 'a'],
          ['public', 'b'],
        ],
        ['public'],
      ),
    ).toEqual(['public.b', 'x.a']);
  });

  it('columns by their table, and never among each other', () => {
    const { column: columns } = schemaOf({
      table: tables('a', 'b'),
      column: [column('b', 'x'), column('a', 'z'), column('a', 'y')],
    }).objects;
    expect(columns.map(({ relation, name }) => `${relation}.${name}`)).toEqual(['a.z', 'a.y', 'b.x']);
  });
});

describe('the order of columns', () => {
  const [a, b, c, x] = ['a', 'b', 'c', 'x'].map((name) => column('t', name, { default: name }));
  const moves = (from: readonly unknown[], to: readonly unknown[]) =>
    compare({
      from: schemaOf({ table: tables('t'), column: from as never }),
      to: schemaOf({ table: tables('t'), column: to as never }),
    }).filter((change) => change.type === 'changed' && change.fact === 'order').length;

  it.each([
    { name: 'is the same for equal lists', from: [a, b, c], to: [a, b, c], changes: 0 },
    { name: 'changes if two columns swap', from: [a, b], to: [b, a], changes: 1 },
    { name: 'is one change however many columns move', from: [a, b, c], to: [c, b, a], changes: 1 },
    { name: 'ignores an added column', from: [a, b], to: [a, x, b], changes: 0 },
    { name: 'ignores a removed column', from: [a, x, b], to: [a, b], changes: 0 },
    { name: 'changes beside an added column', from: [a, b], to: [b, x, a], changes: 1 },
    { name: 'is not compared if no column stays', from: [a], to: [b], changes: 0 },
  ])('$name', ({ from, to, changes }) => {
    expect(moves(from, to)).toBe(changes);
  });
});
