import { describe, expect, it } from 'vitest';
import { PRESETS, type Preset, type PresetName } from '#src/config/presets.js';
import { compare } from '#src/schema/compare.js';
import { KINDS, type AnyObject, type Kind } from '#src/schema/kinds.js';
import type { ObjectsByKind } from '#src/schema/model.js';
import { ignoreChanges } from '#src/drift/ignore.js';
import { reportOf } from '../support/outcomes.js';

const today = '2030-01-01';
const schemaOf = (objects: Partial<ObjectsByKind>) => reportOf(objects).schema;
const orders = { table: [{ schema: 'public', name: 'orders' }] };

/** An object that is called so, with nothing but what identifies it. */
function objectNamed(kind: Kind, name: string): AnyObject {
  const { identity } = KINDS[kind];
  const parts = name.split('.');
  const fields = identity.map((field) => [field, field === 'schema' ? 'public' : (parts.shift() ?? 'x')]);
  const object: unknown = Object.fromEntries(fields);
  return object as AnyObject;
}

const additions = Object.entries<Preset>(PRESETS).flatMap(([preset, { additions: all }]) =>
  all
    .filter(({ partitionsOnly }) => partitionsOnly !== true)
    .flatMap(({ kinds, names = ['x'] }) =>
      kinds.flatMap((kind) =>
        names.map((name) => ({ preset: preset as PresetName, kind, name: name.replaceAll('*', 'x') })),
      ),
    ),
);

describe('a preset', () => {
  it.each(additions)(
    '$preset leaves out the $kind $name, and never that it is missing',
    ({ preset, kind, name }) => {
      const without = schemaOf(orders);
      const object = objectNamed(kind, name);
      const withIt = schemaOf({ ...orders, [kind]: [...(kind === 'table' ? orders.table : []), object] });
      const leaving = { presets: [preset], rules: [], today };
      const added = ignoreChanges({ report: without, live: withIt }, leaving);
      expect(added.leftOut).toEqual([{ reason: `preset: ${preset}`, count: 1 }]);
      expect(compare({ from: without, to: added.schema })).toEqual([]);
      const missing = ignoreChanges({ report: withIt, live: without }, leaving);
      expect(missing.leftOut).toEqual([]);
      expect(compare({ from: withIt, to: missing.schema })).toHaveLength(1);
    },
  );

  it('leaves out what is granted to roles of the service, and nothing that is granted to others', () => {
    const granted = (...roles: string[]) =>
      schemaOf({
        table: [
          { schema: 'public', name: 'orders', grants: roles.map((to) => ({ to, privileges: ['select'] })) },
        ],
      });
    const { schema } = ignoreChanges(
      { report: granted('app'), live: granted('anon', 'app', 'stranger') },
      { presets: ['supabase'], rules: [], today },
    );
    expect(schema.objects.table[0]?.grants?.map(({ to }) => to)).toEqual(['app', 'stranger']);
  });
});

describe('an ignore rule', () => {
  const note = { schema: 'public', relation: 'orders', name: 'note', type: 'text' };
  const live = schemaOf({ table: [{ schema: 'public', name: 'orders', comment: 'x' }], column: [note] });
  it.each([
    { rule: { kind: 'column' }, leaves: ['comment'] },
    { rule: { name: 'orders.*' }, leaves: ['comment'] },
    { rule: { kind: 'table', fact: 'comment' }, leaves: ['note'] },
    { rule: { fact: 'comment' }, leaves: ['note'] },
    { rule: { schema: 'pub*' }, leaves: [] },
    { rule: { schema: 'app' }, leaves: ['comment', 'note'] },
    { rule: { kind: 'table', name: 'orders', fact: 'owner' }, leaves: ['comment', 'note'] },
    { rule: { kind: 'column', expires: '2029-12-31' }, leaves: ['comment', 'note'] },
    { rule: { kind: 'column', expires: today }, leaves: ['comment'] },
  ] as const)('$rule leaves $leaves', ({ rule, leaves }) => {
    const report = schemaOf(orders);
    const { schema, used } = ignoreChanges(
      { report, live },
      { presets: [], rules: [{ ...rule, reason: 'so' }], today },
    );
    const left = compare({ from: report, to: schema }).map((change) =>
      change.type === 'changed' ? change.fact : change.identity.at(-1),
    );
    expect(left.sort()).toEqual([...leaves].sort());
    expect(used).toHaveLength(leaves.length === 2 ? 0 : 1);
  });

  it('takes back what is the own of a partition that otherwise repeats its parent', () => {
    const partition = { schema: 'public', table: 'orders', bound: 'DEFAULT' };
    const tables = [...orders.table, { schema: 'public', name: 'rest', partitionOf: partition }];
    const at = { schema: 'public', relation: 'orders', name: 'at', type: 'date' };
    const report = schemaOf({ table: tables, column: [note, at] });
    const changed = schemaOf({
      table: tables,
      column: [note, at, { ...note, relation: 'rest' }, { ...at, relation: 'rest', default: 'now()' }],
    });
    const rules = [{ kind: 'column', name: 'rest.at', fact: 'default', reason: 'so' }] as const;
    const leaving = { presets: [], rules, today };
    expect(compare({ from: report, to: changed })).toMatchObject([
      { fact: 'default', identity: ['public', 'rest', 'at'] },
    ]);
    expect(ignoreChanges({ report, live: changed }, leaving).schema).toEqual(report);
    expect(ignoreChanges({ report: changed, live: report }, leaving).schema).toEqual(changed);
  });
});
