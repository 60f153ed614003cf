import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { linesOf } from '#src/reporters/locate/locate.js';
import { parse, render } from '#src/report/formats.js';
import type { Report } from '#src/report/report.js';
import { compare } from '#src/schema/compare.js';
import { ALL_KINDS, type AnyObject, type Kind } from '#src/schema/kinds.js';
import { identityOf } from '#src/schema/model.js';
import { driftOf } from '../support/outcomes.js';

const REPORTS = [
  'fixtures/auth/report.sql.md',
  'fixtures/stories/every-kind-of-drift/report.sql.md',
  'fixtures/stories/hostile-names/report.sql.md',
  'fixtures/stories/stale/report.sql.md',
];

/** The report without one of its objects (and what stands in it), once for each object that can be left out. */
function* withoutEach(
  report: Report,
): Generator<{ kind: Kind; object: AnyObject; text: string; rest: Report }> {
  for (const kind of ALL_KINDS) {
    if (kind === 'namespace') continue;
    for (const object of report.schema.objects[kind]) {
      const identity = identityOf(kind, object);
      const isWithin = (other: Kind, each: AnyObject) =>
        each === object ||
        (other !== kind && identityOf(other, each).slice(0, identity.length).join() === identity.join());
      const objects = Object.fromEntries(
        ALL_KINDS.map((other) => [
          other,
          report.schema.objects[other].filter((each) => !isWithin(other, each)),
        ]),
      ) as unknown as Report['schema']['objects'];
      const rest = { ...report, schema: { ...report.schema, objects } };
      yield { kind, object, text: render(rest), rest };
    }
  }
}

describe('the line of a change', () => {
  it.each(REPORTS)('is where the object stands that goes: %s', async (file) => {
    const text = await readFile(file, 'utf8');
    const report = parse(text);
    const lines = text.split('\n');
    let count = 0;
    for (const { kind, object, text: after, rest } of withoutEach(report)) {
      const changes = compare({ from: report.schema, to: rest.schema });
      const at = changes.findIndex((change) => change.type === 'removed' && change.before === object);
      if (at === -1) continue;
      const line = linesOf(changes, { before: text, after })[at] ?? 0;
      // A removed line of the diff, with the object's name first in it.
      const name =
        /`(.*?)`[ :|.(]|`(.*?)`$/
          .exec(lines[line - 1] ?? '')
          ?.slice(1)
          .join('') ?? '';
      const own = identityOf(kind, object).at(kind === 'function' || kind === 'procedure' ? -2 : -1) ?? '';
      expect(`${kind} ${name}`).toContain(/^[a-z_]\w*$/.test(own) ? own : '');
      expect(after.split('\n').filter((each) => each === lines[line - 1]).length).toBeLessThan(
        lines.filter((each) => each === lines[line - 1]).length,
      );
      count++;
    }
    expect(count).toBeGreaterThan(5);
  });

  it.each(REPORTS)('is the one after which the object will stand that comes: %s', async (file) => {
    const text = await readFile(file, 'utf8');
    const report = parse(text);
    const now = text.split('\n');
    for (const { object, text: before, rest } of withoutEach(report)) {
      const changes = compare({ from: rest.schema, to: report.schema });
      const at = changes.findIndex((change) => change.type === 'added' && change.after === object);
      if (at === -1) continue;
      const line = linesOf(changes, { before, after: text })[at] ?? 0;
      const old = before.split('\n');
      expect(line).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(old.length);
      // The line of the old report stands in the new one, or a padded table took its place.
      if (!(old[line - 1] ?? '').startsWith('|')) expect(now).toContain(old[line - 1]);
    }
  });

  const id = { schema: 'public', relation: 'orders', name: 'id', type: 'bigint', notNull: true } as const;
  const total = { schema: 'public', relation: 'orders', name: 'total', type: 'numeric(10,2)' } as const;
  const table = { schema: 'public', name: 'orders' } as const;
  const view = { schema: 'public', name: 'v', definition: 'SELECT 1\n  FROM a' } as const;
  const index = {
    schema: 'public',
    table: 'orders',
    name: 'orders_id_idx',
    keys: [{ column: 'id' }],
  } as const;

  it.each([
    {
      fact: 'a type',
      before: { column: [id, total] },
      after: { column: [id, { ...total, type: 'text' }] },
      line: '| `total` | ',
    },
    {
      fact: 'a name',
      before: { column: [id, total] },
      after: { column: [{ ...id, name: 'key' }, total] },
      line: '| `id` ',
    },
    {
      fact: 'an index',
      before: { index: [index] },
      after: { index: [{ ...index, unique: 'index' }] },
      line: '- `orders_id_idx` (`id`)',
    },
    {
      fact: "a table's comment",
      before: { table: [{ ...table, comment: 'a' }] },
      after: { table: [{ ...table, comment: 'b' }] },
      line: '- table: `a`',
    },
    {
      fact: "a column's comment",
      before: { column: [{ ...id, comment: 'a' }] },
      after: { column: [{ ...id, comment: 'b' }] },
      line: '- column `id`: `a`',
    },
    {
      fact: "a view's text",
      before: { view: [view] },
      after: { view: [{ ...view, definition: 'SELECT 1\n  FROM b' }] },
      line: '  FROM a',
    },
    {
      fact: 'row security',
      before: {},
      after: { table: [{ ...table, rowSecurity: 'enabled' }] },
      line: '## Table `orders`',
    },
    {
      fact: 'a first comment',
      before: { column: [id] },
      after: { column: [{ ...id, comment: 'b' }] },
      line: '',
    },
  ] as const)('of a changed fact: $fact', ({ before, after, line }) => {
    const base = { table: [table], column: [id] };
    const { result } = driftOf({ ...base, ...before }, { ...base, ...after });
    if (result.type !== 'drift' || !result.difference) throw new Error('Expected drift.');
    const [at = 0] = linesOf(
      result.changes.map(({ change }) => change),
      result.difference,
    );
    expect(result.difference.before.split('\n')[at - 1]).toSatisfy((text: string) => text.startsWith(line));
  });
});
