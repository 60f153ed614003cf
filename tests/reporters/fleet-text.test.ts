import { Chalk } from 'chalk';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DriftmarkError } from '#src/errors.js';
import type { Outcome } from '#src/outcome.js';
import { renderAll } from '#src/reporters/fleet-text.js';
import { renderText } from '#src/reporters/text.js';
import { driftOf } from '../support/outcomes.js';

const plain = { chalk: new Chalk({ level: 0 }), cwd: '/' };
const drift = driftOf({}, { table: [{ schema: 'public', name: 'a' }] });

const member = (at: number, fingerprint: string, outcome: Pick<Outcome, 'result'>): Outcome => ({
  name: 'shop',
  report: 'report.sql.md',
  seconds: 0.1,
  failedDowns: [],
  live: { database: `reader@db:5432/shop_${at}`, fingerprint, leftOut: [], otherSchemas: [] },
  result: outcome.result,
});
const matching: Pick<Outcome, 'result'> = { result: { type: 'in-sync', tables: 1 } };
const unreachable: Pick<Outcome, 'result'> = {
  result: {
    type: 'failed',
    error: new DriftmarkError('connection-failed', 'Could not connect.', {
      details: [{ label: 'reason', text: 'refused' }],
    }),
  },
};

describe('the text reporter for a fleet', () => {
  it.each([
    {
      of: 'one drift of two databases',
      drifts: ['a', 'a'],
      says: '4 databases: 1 matches, 2 share a drift, 1 failed to connect',
    },
    {
      of: 'several drifts',
      drifts: ['a', 'a', 'a', 'b', 'b', 'c', 'd'],
      says: '9 databases: 1 matches, 3 share the drift a, 2 share the drift b, 2 each have a different drift, 1 failed to connect',
    },
    {
      of: 'a drift of one database',
      drifts: ['a'],
      says: '3 databases: 1 matches, 1 has a different drift, 1 failed to connect',
    },
  ])('ends with a summary of $of', ({ drifts, says }) => {
    const outcomes = [
      member(0, 'same', matching),
      ...drifts.map((fingerprint, at) => member(at + 1, fingerprint, drift)),
      member(99, '', unreachable),
    ];
    const text = renderAll(outcomes, plain);
    expect(text.trimEnd().split('\n').at(-1)).toBe(says);
    expect(text.match(/^ {2}\+\+\+ /gm)).toHaveLength(new Set(drifts).size);
  });

  it('wraps the line of a database that is wider than the terminal', () => {
    const outcomes = [
      member(1, '5d0fae939921', matching),
      member(12_345, '54609d66e1a0', drift),
      member(99, 'a734d2aa9553', unreachable),
    ];
    const [lines] = renderAll(outcomes, { ...plain, columns: 62 }).split('\n\n');
    expect(lines).toBe(`✓ reader@db:5432/shop_1       in sync (0.1 s)
✗ reader@db:5432/shop_12345
    1 change (fingerprint 54609d66e1a0, 0.1 s)
✗ reader@db:5432/shop_99
    cannot connect: refused (fingerprint a734d2aa9553, 0.1 s)`);
  });

  it('names the first of many databases with the same drift, and counts the others', () => {
    const text = renderAll(
      Array.from({ length: 50 }, (_, at) => member(at, 'a', drift)),
      plain,
    );
    expect(text.match(/^ {4}reader@/gm)).toHaveLength(20);
    expect(text).toContain('    and 30 more\n');
  });
});

it('prints the migration below a change if the terminal is narrow', () => {
  const withType = (type: string) => ({
    table: [{ schema: 'public', name: 'orders' }],
    column: [{ schema: 'public', relation: 'orders', name: 'total', type }],
  });
  const widened = driftOf(withType('numeric(10,2)'), withType('numeric(12,2)'));
  const chalk = new Chalk({ level: 1 });
  const text = stripVTControlCharacters(renderText(widened, { chalk, cwd: '/', columns: 60 }));
  expect(text).toMatch(/^ +breaking {2}2_more\.sql$/m);
  expect(text.match(/2_more\.sql/g)).toHaveLength(1);
});
