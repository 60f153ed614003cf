import { describe, expect, it } from 'vitest';
import { compare } from '#src/schema/compare.js';
import { KINDS, type Kind, type ObjectByKind } from '#src/schema/kinds.js';
import { column, nullable, schemaOf, tables } from '../support/schemas.js';

/** The class of a rename, for the kinds that can be recognised as renamed. */
const RENAMED: Readonly<Partial<Record<Kind, string>>> = {
  column: 'breaking',
  index: 'physical',
  foreignKey: 'behaviour',
  check: 'behaviour',
  exclusionConstraint: 'behaviour',
  domainConstraint: 'behaviour',
};

/** An object that has only the fields of its identity. The last one is its name. */
function objectOf(kind: Kind, name: string): ObjectByKind[Kind] {
  const { identity } = KINDS[kind];
  const fields = identity.map((each, at) => [each, at === identity.length - 1 ? name : 'public']);
  const object: unknown = Object.fromEntries(fields);
  return object as ObjectByKind[Kind];
}

const linesOf = (kind: Kind, before: readonly object[], after: readonly object[]) =>
  compare({
    from: schemaOf({ [kind]: before as never }),
    to: schemaOf({ [kind]: after as never }),
  }).map((change) => `${change.class}: ${change.identity.at(-1) ?? ''} ${change.type}`);

/** A schema is compared under its name. External tables and objects exist only with properties. */
const kinds = (Object.keys(KINDS) as Kind[]).filter(
  (kind) => !['namespace', 'externalTable', 'externalObject'].includes(kind),
);

describe('an object with another name and the same properties', () => {
  it.each(kinds)('%s', (kind) => {
    const lines = linesOf(kind, [objectOf(kind, 'a')], [objectOf(kind, 'b')]);
    const renamed = RENAMED[kind];
    if (renamed === undefined) expect(lines.map(typeOf)).toEqual(['removed', 'added']);
    else expect(lines).toEqual([`${renamed}: b renamed`]);
  });
});

const typeOf = (line: string) => line.split(' ').at(-1);

describe('an index is renamed', () => {
  const index = (name: string, properties: object = {}) => ({
    schema: 'public',
    table: 't',
    name,
    keys: [{ column: 'c' }],
    ...properties,
  });
  it.each<{ name: string; from: readonly object[]; to: readonly object[]; types: readonly string[] }>([
    { name: 'if only the name differs', from: [index('a')], to: [index('b')], types: ['renamed'] },
    {
      name: 'not if a key differs',
      from: [index('a')],
      to: [index('b', { keys: [{ column: 'd' }] })],
      types: ['removed', 'added'],
    },
    {
      name: 'not if a comment differs',
      from: [index('a')],
      to: [index('b', { comment: 'x' })],
      types: ['removed', 'added'],
    },
    {
      name: 'not if it is on another table',
      from: [index('a')],
      to: [index('b', { table: 'u' })],
      types: ['removed', 'added'],
    },
    {
      name: 'not if it is in another schema',
      from: [index('a')],
      to: [index('b', { schema: 'app' })],
      types: ['removed', 'added'],
    },
    {
      name: 'not if two candidates were added',
      from: [index('a')],
      to: [index('b'), index('c')],
      types: ['removed', 'added', 'added'],
    },
    {
      name: 'not if two candidates were removed',
      from: [index('a'), index('b')],
      to: [index('c')],
      types: ['removed', 'removed', 'added'],
    },
    {
      name: 'beside another one with the same definition that stays',
      from: [index('a'), index('s')],
      to: [index('b'), index('s')],
      types: ['renamed'],
    },
    {
      name: 'twice, if the definitions differ',
      from: [index('a'), index('b', { unique: 'index' })],
      to: [index('c'), index('d', { unique: 'index' })],
      types: ['renamed', 'renamed'],
    },
  ])('$name', ({ from, to, types }) => {
    expect(linesOf('index', from, to).map(typeOf)).toEqual(types);
  });
});

describe('a column is renamed', () => {
  const [a, b, c, d] = [column('t', 'a'), nullable('t', 'b'), column('t', 'c'), column('t', 'd')];
  const x = column('t', 'x');
  const lines = (from: readonly object[], to: readonly object[]) =>
    compare({
      from: schemaOf({ table: tables('t', 'u'), column: from as never }),
      to: schemaOf({ table: tables('t', 'u'), column: to as never }),
    }).map((change) => `${change.identity.at(-1) ?? ''} ${'fact' in change ? change.fact : change.type}`);
  it.each<{ name: string; from: readonly object[]; to: readonly object[]; gives: readonly string[] }>([
    { name: 'in the first position', from: [a, b], to: [x, b], gives: ['x renamed'] },
    { name: 'in the middle', from: [b, a, c], to: [b, x, c], gives: ['x renamed'] },
    {
      name: 'not in the last position, because new columns appear there',
      from: [b, a],
      to: [b, x],
      gives: ['a removed', 'x added'],
    },
    {
      name: 'not if its type differs',
      from: [a, b],
      to: [{ ...x, type: 'text' }, b],
      gives: ['a removed', 'x added'],
    },
    { name: 'not if its position differs', from: [a, b, c], to: [b, x, c], gives: ['a removed', 'x added'] },
    { name: 'together with another one', from: [a, c, b], to: [x, d, b], gives: ['x renamed', 'd renamed'] },
    {
      name: 'not if it is now in another table',
      from: [a, b],
      to: [b, { ...x, relation: 'u' }],
      gives: ['a removed', 'x added'],
    },
  ])('$name', ({ from, to, gives }) => {
    expect(lines(from, to).sort()).toEqual([...gives].sort());
  });
});
