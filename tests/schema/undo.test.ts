import { describe, expect, it } from 'vitest';
import { compare, type Change } from '#src/schema/compare.js';
import type { ObjectsByKind } from '#src/schema/model.js';
import { undoChanges } from '#src/schema/undo-changes.js';
import { column, foreignKey, nullable, schemaOf, tables, unique } from '../support/schemas.js';

type Objects = Partial<ObjectsByKind>;

const lineOf = (change: Change) =>
  `${change.kind} ${change.identity.slice(1).join('.')} ${'fact' in change ? change.fact : change.type}`;

const t = (...columns: readonly ObjectsByKind['column'][number][]): Objects => ({
  table: tables('t'),
  column: columns,
});
const [a, b, c] = [column('t', 'a'), nullable('t', 'b'), column('t', 'c')];
const key = unique('t', ['a']);

const CASES: readonly {
  name: string;
  from: Objects;
  to: Objects;
  undo: string;
  leaves: readonly string[];
}[] = [
  {
    name: 'one of two added tables',
    from: {},
    to: { table: tables('t', 'u') },
    undo: 'table t added',
    leaves: ['table u added'],
  },
  {
    name: 'one of two removed tables',
    from: { table: tables('t', 'u') },
    to: {},
    undo: 'table t removed',
    leaves: ['table u removed'],
  },
  {
    name: 'an added table with its columns',
    from: {},
    to: { ...t(a, b), sequence: [{ schema: 'public', name: 's', dataType: 'bigint' }] },
    undo: 'table t added',
    leaves: ['sequence s added'],
  },
  {
    name: 'a removed table with its columns and indexes',
    from: { ...t(a, b), index: [key], sequence: [{ schema: 'public', name: 's', dataType: 'bigint' }] },
    to: {},
    undo: 'table t removed',
    leaves: ['sequence s removed'],
  },
  {
    name: 'an added column, and leaves another',
    from: t(a),
    to: t(a, b, c),
    undo: 'column t.b added',
    leaves: ['column t.c added'],
  },
  {
    name: 'a removed column, in its position',
    from: t(a, b, c),
    to: t(c, { ...column('t', 'd'), type: 'text' }),
    undo: 'column t.b removed',
    leaves: ['column t.a removed', 'column t.d added'],
  },
  {
    name: 'one of two properties of a column',
    from: t(a),
    to: t({ ...a, type: 'text', default: "'x'" }),
    undo: 'column t.a type',
    leaves: ['column t.a default'],
  },
  {
    name: 'the rename of a column, and leaves a property of another',
    from: t(a, b, c),
    to: t({ ...a, name: 'x' }, { ...b, comment: 'x' }, c),
    undo: 'column t.x renamed',
    leaves: ['column t.b comment'],
  },
  {
    name: 'a property of a column, and leaves a rename',
    from: t(a, b, c),
    to: t({ ...a, name: 'x' }, { ...b, comment: 'x' }, c),
    undo: 'column t.b comment',
    leaves: ['column t.x renamed'],
  },
  {
    name: 'the order of columns, and leaves a property',
    from: t(a, b, c),
    to: t(c, { ...b, comment: 'x' }, a),
    undo: 'column t.c order',
    leaves: ['column t.b comment'],
  },
  {
    name: 'an added index, and leaves a foreign key',
    from: t(a),
    to: { ...t(a), index: [key], foreignKey: [foreignKey('t', ['a'], 'u')] },
    undo: 'index t.t_a_key added',
    leaves: ['foreignKey t.t_a_fkey added'],
  },
  {
    name: 'the rename of an index',
    from: { ...t(a), index: [key] },
    to: { ...t({ ...a, comment: 'x' }), index: [{ ...key, name: 'other' }] },
    undo: 'index t.other renamed',
    leaves: ['column t.a comment'],
  },
  {
    name: 'a grant on a table',
    from: t(a),
    to: {
      ...t({ ...a, comment: 'x' }),
      table: [{ schema: 'public', name: 't', grants: [{ to: 'app', privileges: ['select'] }] }],
    },
    undo: 'table t grants',
    leaves: ['column t.a comment'],
  },
  {
    name: 'the definition of a view',
    from: { view: [{ schema: 'public', name: 'v', definition: 'SELECT 1' }] },
    to: { view: [{ schema: 'public', name: 'v', definition: 'SELECT 2', comment: 'x' }] },
    undo: 'view v definition',
    leaves: ['view v comment'],
  },
  {
    name: 'a label of an enum',
    from: { enum: [{ schema: 'public', name: 'e', values: ['a'] }] },
    to: { enum: [{ schema: 'public', name: 'e', values: ['a', 'b'] }], ...t(a) },
    undo: 'enum e values',
    leaves: ['table t added'],
  },
];

describe('undoChanges() undoes', () => {
  it.each(CASES)('$name', ({ from, to, undo, leaves }) => {
    const schemas = { from: schemaOf(from), to: schemaOf(to) };
    const changes = compare(schemas);
    const undone = changes.filter((change) => lineOf(change) === undo);
    expect(undone).toHaveLength(1);
    const rest = compare({ from: schemas.from, to: undoChanges(undone, schemas) });
    expect(rest.map(lineOf).sort()).toEqual([...leaves].sort());
  });

  it.each(CASES)('everything, one change after the other, from $name', ({ from, to }) => {
    const before = schemaOf(from);
    let schema = schemaOf(to);
    for (let step = 0; step < 20; step++) {
      const [first] = compare({ from: before, to: schema });
      if (!first) break;
      schema = undoChanges([first], { from: before, to: schema });
    }
    expect(schema).toEqual(before);
  });
});
