import { describe, expect, it } from 'vitest';
import { compare, type Change } from '#src/schema/compare.js';
import type { Kind } from '#src/schema/kinds.js';
import { foreignKey, schemaOf, tables } from '../support/schemas.js';

interface FactRow {
  readonly of: string;
  readonly before: object;
  readonly after: object;
  readonly fact: string;
  readonly is: Change['class'];
}

/** The class of a fact, with the object before and after. */
const facts = (kind: Kind, base: object, rows: readonly FactRow[]) =>
  rows.map((row) => ({ kind, base, ...row, name: `${kind}: ${row.of}` }));

const COLUMN = { schema: 'public', relation: 't', name: 'c', type: 'bigint' };
const INDEX = { schema: 'public', table: 't', name: 'i', keys: [{ column: 'c' }] };
const KEY = foreignKey('t', ['c'], 'u');
const SEQUENCE = { schema: 'public', name: 's', dataType: 'bigint' };
const VIEW = { schema: 'public', name: 'v', definition: 'SELECT 1' };
const TABLE = { schema: 'public', name: 't' };

const FACTS = [
  ...facts('column', COLUMN, [
    { of: 'another type', before: {}, after: { type: 'text' }, fact: 'type', is: 'breaking' },
    { of: 'a NOT NULL', before: {}, after: { notNull: true }, fact: 'notNull', is: 'breaking' },
    { of: 'no NOT NULL', before: { notNull: true }, after: {}, fact: 'notNull', is: 'additive' },
    { of: 'a default', before: {}, after: { default: '1' }, fact: 'default', is: 'behaviour' },
    {
      of: 'another default',
      before: { default: '1' },
      after: { default: '2' },
      fact: 'default',
      is: 'behaviour',
    },
    { of: 'no default', before: { default: '1' }, after: {}, fact: 'default', is: 'behaviour' },
    { of: 'a comment', before: {}, after: { comment: 'x' }, fact: 'comment', is: 'comments' },
    {
      of: 'another comment',
      before: { comment: 'x' },
      after: { comment: 'y' },
      fact: 'comment',
      is: 'comments',
    },
    { of: 'no comment', before: { comment: 'x' }, after: {}, fact: 'comment', is: 'comments' },
    {
      of: 'another collation',
      before: {},
      after: { collation: 'de_DE' },
      fact: 'collation',
      is: 'behaviour',
    },
    { of: 'another storage', before: {}, after: { storage: 'external' }, fact: 'storage', is: 'physical' },
    { of: 'a compression', before: {}, after: { compression: 'lz4' }, fact: 'compression', is: 'physical' },
    { of: 'a statistics target', before: {}, after: { statistics: 9 }, fact: 'statistics', is: 'physical' },
    {
      of: 'a grant',
      before: {},
      after: { grants: [{ to: 'a', privileges: ['select'] }] },
      fact: 'grants',
      is: 'privileges',
    },
  ]),
  ...facts('index', INDEX, [
    { of: 'another key', before: {}, after: { keys: [{ column: 'd' }] }, fact: 'keys', is: 'physical' },
    {
      of: 'another order of keys',
      before: { keys: [{ column: 'c' }, { column: 'd' }] },
      after: { keys: [{ column: 'd' }, { column: 'c' }] },
      fact: 'keys',
      is: 'physical',
    },
    { of: 'a comment', before: {}, after: { comment: 'x' }, fact: 'comment', is: 'comments' },
  ]),
  ...facts('foreignKey', KEY, [
    {
      of: 'another action on delete',
      before: {},
      after: { onDelete: 'cascade' },
      fact: 'onDelete',
      is: 'behaviour',
    },
    {
      of: 'another action on update',
      before: {},
      after: { onUpdate: 'cascade' },
      fact: 'onUpdate',
      is: 'behaviour',
    },
    { of: 'a comment', before: {}, after: { comment: 'x' }, fact: 'comment', is: 'comments' },
  ]),
  ...facts('sequence', SEQUENCE, [
    { of: 'a comment', before: {}, after: { comment: 'x' }, fact: 'comment', is: 'comments' },
  ]),
  ...facts('view', VIEW, [
    {
      of: 'another query',
      before: {},
      after: { definition: 'SELECT 2' },
      fact: 'definition',
      is: 'breaking',
    },
    { of: 'a comment', before: {}, after: { comment: 'x' }, fact: 'comment', is: 'comments' },
  ]),
  ...facts('table', TABLE, [
    { of: 'a comment', before: {}, after: { comment: 'x' }, fact: 'comment', is: 'comments' },
    {
      of: 'a grant',
      before: {},
      after: { grants: [{ to: 'a', privileges: ['select'] }] },
      fact: 'grants',
      is: 'privileges',
    },
  ]),
];

describe('compare gives the class of a changed fact', () => {
  it.each(FACTS)('$name is $is', ({ kind, base, before, after, fact, is }) => {
    const schemaWith = (object: object) =>
      schemaOf({
        table: tables('t', 'u'),
        [kind]: kind === 'table' ? [object, { ...TABLE, name: 'u' }] : [object],
      });
    const changes = compare({
      from: schemaWith({ ...base, ...before }),
      to: schemaWith({ ...base, ...after }),
    });
    expect(changes.map((change) => ({ fact: 'fact' in change && change.fact, class: change.class }))).toEqual(
      [{ fact, class: is }],
    );
  });
});
