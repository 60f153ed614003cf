import { describe, expect, it } from 'vitest';
import type { IgnoreRule } from '#src/config/ignore-rule.js';
import { ignoreChanges, ruleWarnings } from '#src/drift/ignore.js';
import { compare } from '#src/schema/compare.js';
import type { ObjectsByKind } from '#src/schema/model.js';
import { column, schemaOf, tables, unique } from '../support/schemas.js';

const today = '2030-06-15';
const report = schemaOf({ table: tables('t') });

const routine = { schema: 'public', name: 'f', arguments: 'integer, text', language: 'sql' };
/** A database with one more object of each of several kinds. */
const OBJECTS = {
  table: [...tables('t'), ...tables('orders')],
  column: [column('t', 'total')],
  index: [unique('t', ['total'])],
  sequence: [{ schema: 'public', name: 's', dataType: 'bigint' }],
  function: [routine],
  cast: [{ source: 'integer', target: 'text', method: 'inout' }],
  extension: [{ name: 'citext', schema: 'public' }],
} as unknown as Partial<ObjectsByKind>;
const live = schemaOf(OBJECTS);

/** The names of the added objects that a rule ignores. */
function ignoredBy(rule: Partial<IgnoreRule>): readonly string[] {
  const rules = [{ reason: 'so', ...rule }];
  const { schema } = ignoreChanges({ report, live }, { presets: [], rules, today });
  const left = new Set(compare({ from: report, to: schema }).map(({ kind }) => kind));
  return compare({ from: report, to: live })
    .map(({ kind }) => kind)
    .filter((kind) => !left.has(kind));
}

describe('an ignore rule matches', () => {
  it.each<readonly [string, Partial<IgnoreRule>, readonly string[]]>([
    ['a kind', { kind: 'sequence' }, ['sequence']],
    ['a table by its name', { kind: 'table', name: 'orders' }, ['table']],
    ['a table by a glob', { kind: 'table', name: 'ord*' }, ['table']],
    ['a table by one of two names', { kind: 'table', name: '{orders,bills}' }, ['table']],
    ['a column by its table and its name', { kind: 'column', name: 't.total' }, ['column']],
    ['the columns of a table', { kind: 'column', name: 't.*' }, ['column']],
    ['a column of any table', { kind: 'column', name: '*.total' }, ['column']],
    ['an index by its table and its name', { kind: 'index', name: 't.t_total_key' }, ['index']],
    ['a function by its name without the arguments', { kind: 'function', name: 'f' }, ['function']],
    ['an object without a schema by its name', { kind: 'extension', name: 'citext' }, ['extension']],
    ['a cast by its types', { kind: 'cast', name: 'integer.text' }, ['cast']],
    ['a schema', { kind: 'sequence', schema: 'public' }, ['sequence']],
    ['a schema by a glob', { kind: 'sequence', schema: 'pub*' }, ['sequence']],
  ])('%s', (_, rule, kinds) => {
    expect(ignoredBy(rule)).toEqual(kinds);
  });
});

describe('an ignore rule does not match', () => {
  it.each<readonly [string, Partial<IgnoreRule>]>([
    ['another kind', { kind: 'view', name: 'orders' }],
    ['a part of a name', { kind: 'table', name: 'order' }],
    ['a name in another case', { kind: 'table', name: 'Orders' }],
    ['a column by its name alone', { kind: 'column', name: 'total' }],
    ['a function by its arguments', { kind: 'function', name: 'f.integer, text' }],
    ['another schema', { kind: 'sequence', schema: 'app' }],
    ['an extension by its schema', { kind: 'extension', schema: 'public' }],
    ['a property of an added object', { kind: 'table', fact: 'comment' }],
    ['anything after it expired', { kind: 'sequence', expires: '2030-06-14' }],
  ])('%s', (_, rule) => {
    expect(ignoredBy(rule)).toEqual([]);
  });

  it('matches on the day on which it expires', () => {
    expect(ignoredBy({ kind: 'sequence', expires: today })).toEqual(['sequence']);
  });
});

describe('of several rules', () => {
  it('the first that matches a difference counts', () => {
    const rules: readonly IgnoreRule[] = [
      { kind: 'sequence', reason: 'first' },
      { name: 's', reason: 'second' },
    ];
    const { leftOut, used } = ignoreChanges({ report, live }, { presets: [], rules, today });
    expect(leftOut).toEqual([{ reason: 'rule: first', count: 1 }]);
    expect(used).toEqual([rules[0]]);
  });

  it('a preset counts before a rule', () => {
    const added = schemaOf({ table: tables('t', 'knex_migrations') });
    const rules: readonly IgnoreRule[] = [{ kind: 'table', reason: 'mine' }];
    const { leftOut } = ignoreChanges(
      { report, live: added },
      { presets: ['migration-tools'], rules, today },
    );
    expect(leftOut).toEqual([{ reason: 'preset: migration-tools', count: 1 }]);
  });

  it('the preset `partitions` ignores only partitions of tables that the report has', () => {
    const partition = (name: string, table: string) => ({
      schema: 'public',
      name,
      partitionOf: { schema: 'public', table, bound: 'DEFAULT' },
    });
    const added = schemaOf({
      table: [
        ...tables('t', 'other'),
        partition('p', 't'),
        partition('p_of_p', 'p'),
        partition('q', 'other'),
      ],
    });
    const { schema } = ignoreChanges({ report, live: added }, { presets: ['partitions'], rules: [], today });
    expect(schema.objects.table.map(({ name }) => name)).toEqual(['other', 'q', 't']);
  });
});

describe('ruleWarnings()', () => {
  it.each<readonly [Partial<IgnoreRule>, boolean, readonly string[]]>([
    [{ kind: 'index' }, true, []],
    [{ kind: 'index' }, false, ['unused ignore rule: index (so)']],
    [{ kind: 'index', name: 'a.*' }, false, ['unused ignore rule: index a.* (so)']],
    [{ name: 'a' }, false, ['unused ignore rule: any object a (so)']],
    [{ schema: 'app' }, false, ['unused ignore rule: any object in schema app (so)']],
    [
      { kind: 'column', name: 'a.b', schema: 'app', fact: 'default' },
      false,
      ['unused ignore rule: default of column a.b in schema app (so)'],
    ],
    [{ kind: 'index', expires: '2030-06-14' }, false, ['ignore rule expired on 2030-06-14: index (so)']],
    [{ kind: 'index', expires: '2030-06-14' }, true, ['ignore rule expired on 2030-06-14: index (so)']],
    [{ kind: 'index', expires: today }, true, []],
  ])('%j, matched: %s, gives %j', (properties, isUsed, warnings) => {
    const rule = { reason: 'so', ...properties };
    expect(ruleWarnings({ rules: [rule], today }, new Set(isUsed ? [rule] : []))).toEqual(warnings);
  });
});
