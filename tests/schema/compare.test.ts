import { describe, expect, it } from 'vitest';
import { compare, type Change } from '#src/schema/compare.js';
import type { ObjectByKind, Kind } from '#src/schema/kinds.js';
import type { ObjectsByKind, Schema } from '#src/schema/model.js';
import { undoChanges } from '#src/schema/undo-changes.js';
import { column, foreignKey, nullable, schemaOf, tables, unique } from '../support/schemas.js';

type Objects = Partial<ObjectsByKind>;

/** `additive: column public.t.c added`, and the fact of a changed object after it. */
const lineOf = ({ type, kind, identity, class: changeClass, ...change }: Change) =>
  `${changeClass}: ${kind} ${identity.join('.')} ${type}${'fact' in change ? ` ${change.fact}` : ''}`;

const linesOf = (from: Schema, to: Schema) => compare({ from, to }).map(lineOf);

/** A table `t` and an object of it. */
const withTable = <K extends Kind>(kind: K, ...objects: readonly ObjectByKind[K][]): Objects => ({
  table: tables('t'),
  [kind]: objects,
});

const INDEX = { schema: 'public', table: 't', name: 'i', keys: [{ column: 'c' }] };
const KEY = foreignKey('t', ['c'], 'u');

interface Case {
  readonly name: string;
  readonly from: Objects;
  readonly to: Objects;
  readonly gives: readonly string[];
}

const t = (...columns: readonly ObjectByKind['column'][]) => withTable('column', ...columns);

const CASES: readonly Case[] = [
  { name: 'nothing for equal schemas', from: t(column('t', 'a')), to: t(column('t', 'a')), gives: [] },
  {
    name: 'a table that was added as additive',
    from: {},
    to: { table: tables('t') },
    gives: ['additive: table public.t added'],
  },
  {
    name: 'a table that was removed as breaking',
    from: { table: tables('t') },
    to: {},
    gives: ['breaking: table public.t removed'],
  },
  {
    name: 'a table with another name as removed and added',
    from: { table: tables('t') },
    to: { table: tables('u') },
    gives: ['breaking: table public.t removed', 'additive: table public.u added'],
  },
  {
    name: 'no column of a table that was added',
    from: {},
    to: t(column('t', 'a'), column('t', 'b')),
    gives: ['additive: table public.t added'],
  },
  {
    name: 'no column of a table that was removed',
    from: t(column('t', 'a')),
    to: {},
    gives: ['breaking: table public.t removed'],
  },
  {
    name: 'a nullable column that was added as additive',
    from: t(column('t', 'a')),
    to: t(column('t', 'a'), nullable('t', 'b')),
    gives: ['additive: column public.t.b added'],
  },
  {
    name: 'a NOT NULL column that was added as additive',
    from: t(column('t', 'a')),
    to: t(column('t', 'a'), column('t', 'b')),
    gives: ['additive: column public.t.b added'],
  },
  {
    name: 'a column that was removed as breaking',
    from: t(column('t', 'a'), column('t', 'b')),
    to: t(column('t', 'a')),
    gives: ['breaking: column public.t.b removed'],
  },
  {
    name: 'a column with another name in the same place as renamed',
    from: t(column('t', 'a'), column('t', 'z')),
    to: t(column('t', 'b'), column('t', 'z')),
    gives: ['breaking: column public.t.b renamed'],
  },
  {
    name: 'a last column with another name as removed and added',
    from: t(column('t', 'a'), column('t', 'b')),
    to: t(column('t', 'a'), column('t', 'c')),
    gives: ['breaking: column public.t.b removed', 'additive: column public.t.c added'],
  },
  {
    name: 'a column with another name and type as removed and added',
    from: t(column('t', 'a'), column('t', 'z')),
    to: t(column('t', 'b', { type: 'text' }), column('t', 'z')),
    gives: ['breaking: column public.t.a removed', 'additive: column public.t.b added'],
  },
  {
    name: 'a column that moved to another table as removed and added',
    from: { table: tables('t', 'u'), column: [column('t', 'a'), column('t', 'z'), column('u', 'z')] },
    to: { table: tables('t', 'u'), column: [column('t', 'z'), column('u', 'a'), column('u', 'z')] },
    gives: ['breaking: column public.t.a removed', 'additive: column public.u.a added'],
  },
  {
    name: 'columns in another order once',
    from: t(column('t', 'a'), column('t', 'b'), column('t', 'c')),
    to: t(column('t', 'c'), column('t', 'b'), column('t', 'a')),
    gives: ['order: column public.t.c changed order'],
  },
  {
    name: 'no order if a column was added in the middle',
    from: t(column('t', 'a'), column('t', 'c')),
    to: t(column('t', 'a'), nullable('t', 'b'), column('t', 'c')),
    gives: ['additive: column public.t.b added'],
  },
  {
    name: 'no order if a column was removed from the middle',
    from: t(column('t', 'a'), column('t', 'b'), column('t', 'c')),
    to: t(column('t', 'a'), column('t', 'c')),
    gives: ['breaking: column public.t.b removed'],
  },
  {
    name: 'two facts of one column as two changes',
    from: t(nullable('t', 'a')),
    to: t(column('t', 'a', { type: 'text' })),
    gives: ['breaking: column public.t.a changed type', 'breaking: column public.t.a changed notNull'],
  },
  {
    name: 'an index that was added as physical',
    from: { table: tables('t') },
    to: withTable('index', { ...INDEX }),
    gives: ['physical: index public.t.i added'],
  },
  {
    name: 'an index that was removed as physical',
    from: withTable('index', { ...INDEX }),
    to: { table: tables('t') },
    gives: ['physical: index public.t.i removed'],
  },
  {
    name: 'an index with another name as renamed',
    from: withTable('index', { ...INDEX }),
    to: withTable('index', { ...INDEX, name: 'j' }),
    gives: ['physical: index public.t.j renamed'],
  },
  {
    name: 'two indexes with other names and one definition as removed and added',
    from: withTable('index', { ...INDEX }, { ...INDEX, name: 'j' }),
    to: withTable('index', { ...INDEX, name: 'k' }, { ...INDEX, name: 'l' }),
    gives: [
      'physical: index public.t.i removed',
      'physical: index public.t.j removed',
      'physical: index public.t.k added',
      'physical: index public.t.l added',
    ],
  },
  {
    name: 'a unique constraint that was added as breaking',
    from: { table: tables('t') },
    to: withTable('index', unique('t', ['a'])),
    gives: ['breaking: index public.t.t_a_key added'],
  },
  {
    name: 'a foreign key that was added as breaking',
    from: { table: tables('t', 'u') },
    to: { table: tables('t', 'u'), foreignKey: [KEY] },
    gives: ['breaking: foreignKey public.t.t_c_fkey added'],
  },
  {
    name: 'a foreign key with another name as renamed',
    from: { table: tables('t', 'u'), foreignKey: [KEY] },
    to: { table: tables('t', 'u'), foreignKey: [{ ...KEY, name: 'other' }] },
    gives: ['behaviour: foreignKey public.t.other renamed'],
  },
];

describe('compare tells', () => {
  it.each(CASES)('$name', ({ from, to, gives }) => {
    expect(linesOf(schemaOf(from), schemaOf(to))).toEqual(gives);
  });

  it('how many columns came with a table', () => {
    const [change] = compare({ from: schemaOf({}), to: schemaOf(t(column('t', 'a'), column('t', 'b'))) });
    expect(change).toMatchObject({ type: 'added', kind: 'table', contents: { column: 2 } });
  });

  it('the kind of the relation of a column', () => {
    const [change] = compare({ from: schemaOf(t()), to: schemaOf(t(nullable('t', 'a'))) });
    expect(change).toMatchObject({ kind: 'column', parentKind: 'table' });
  });
});

describe('undoChanges', () => {
  it.each(CASES)('leads back, after $name', ({ from, to }) => {
    const [before, after] = [schemaOf(from), schemaOf(to)];
    expect(undoChanges(compare({ from: before, to: after }), { from: before, to: after })).toEqual(before);
  });

  it.each(CASES)('changes nothing without a change: $name', ({ from, to }) => {
    const [before, after] = [schemaOf(from), schemaOf(to)];
    expect(undoChanges([], { from: before, to: after })).toEqual(after);
  });
});
