import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnsupported } from '#src/report/backstage/unsupported.js';
import { parse, render } from '#src/report/formats.js';
import type { Report } from '#src/report/report.js';
import { canonical, noObjects, type ObjectsByKind } from '#src/schema/model.js';
import { name, text } from './arbitrary-values.js';

const report = (objects: Partial<ObjectsByKind>, more: Partial<Report> = {}): Report => ({
  format: 'backstage',
  name: '@acme/orders',
  command: 'yarn build:api-reports',
  irreversible: [],
  schema: canonical({ namespaces: ['public'], objects: { ...noObjects(), ...objects } }),
  ...more,
});

const schema = 'public';
const table = (tableName: string) => ({ schema, name: tableName });
const column = (columnName: string, more: object = {}) => ({
  schema,
  relation: 't',
  name: columnName,
  type: 'text',
  ...more,
});

const tableOf: Arbitrary<Partial<ObjectsByKind>> = fc
  .record({
    tableName: name,
    columns: fc.uniqueArray(name, { maxLength: 3 }),
    keys: fc.array(name, { minLength: 1, maxLength: 2 }),
    indexName: name,
    value: text,
    sequenceName: name,
  })
  .map(({ tableName, columns, keys, indexName, value, sequenceName }) => ({
    table: [table(tableName)],
    column: columns.map((each) => ({ ...column(each, { default: value }), relation: tableName })),
    index: [{ schema, table: tableName, name: indexName, keys: keys.map((each) => ({ column: each })) }],
    sequence: [{ schema, name: sequenceName, dataType: 'bigint' }],
  }));

/** Every string in a value. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}

describe('the backstage format', () => {
  it('gives a report that can be parsed again, or rejects the schema', () => {
    fc.assert(
      fc.property(tableOf, (objects) => {
        const given = report(objects);
        const canBe = findUnsupported(given) === undefined;
        if (canBe) expect(parse(render(given))).toEqual(given);
        // Names of letters are always supported, but not every order of columns.
        const values = Object.values(objects).flatMap((list) => list.flatMap((each) => wordsIn(each)));
        const isPlain = values.every((value) => /^[a-z_]+$/i.test(value));
        if (isPlain && (objects.column ?? []).length < 2) expect(canBe).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('sorts names by the locale en on every machine', () => {
    const text = render(report({ table: ['a', 'B', '_a', 'A', 'b'].map(table) }));
    expect([...text.matchAll(/## Table `(.*)`/g)].map(([, found]) => found)).toEqual([
      '_a',
      'a',
      'A',
      'b',
      'B',
    ]);
  });
});

describe('the backstage format does not support', () => {
  it.each<{ what: string; given: Report }>([
    { what: 'table "a\\nb"', given: report({ table: [table('a\nb')] }) },
    { what: 'column "a\\nb" of table "t"', given: report({ table: [table('t')], column: [column('a\nb')] }) },
    {
      what: 'column "note" of table "t"',
      given: report({
        table: [table('t')],
        column: [column('id'), column('note', { default: "'a\nb'::text" })],
      }),
    },
    {
      what: 'index "a` (`b" of table "t"',
      given: report({
        table: [table('t')],
        index: [{ schema, table: 't', name: 'a` (`b', keys: [{ column: 'id' }] }],
      }),
    },
    {
      what: 'sequence "s\\n"',
      given: report({ sequence: [{ schema, name: 's\n', dataType: 'bigint' }] }),
    },
    {
      what: 'the name of the target, the command, or the name of a migration',
      given: report({}, { name: 'a\nb' }),
    },
  ])('$what', ({ what, given }) => {
    expect(findUnsupported(given)).toBe(what);
  });
});
