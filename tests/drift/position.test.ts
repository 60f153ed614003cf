import { describe, expect, it } from 'vitest';
import { positionOf } from '#src/drift/position.js';
import { schemaOf, tables } from '../support/schemas.js';

/** A project of three migrations, each of which creates a table. */
const NAMES = ['20260101_a.js', '20260102_b.js', '20260103_c.js'];
const snapshots = [[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((names) =>
  schemaOf({ table: tables(...names) }),
);
const project = { snapshots, migrations: NAMES.map((name) => ({ name })) };
const live = (...names: string[]) => schemaOf({ table: tables(...names) });
const [A = '', B = '', C = ''] = NAMES;

const CASES = [
  { name: 'everything is applied', recorded: NAMES, applied: 3, pending: [], unknown: [] },
  { name: 'the last migration is pending', recorded: [A, B], applied: 2, pending: [C], unknown: [] },
  { name: 'a migration in the middle is pending', recorded: [A, C], applied: 3, pending: [B], unknown: [] },
  { name: 'nothing is applied', recorded: [], applied: 0, pending: NAMES, unknown: [] },
  {
    name: 'one is unknown to the project',
    recorded: [A, B, C, 'x.js'],
    applied: 3,
    pending: [],
    unknown: ['x.js'],
  },
  {
    name: 'names have no extension',
    recorded: ['20260101_a', '20260102_b'],
    applied: 2,
    pending: [C],
    unknown: [],
  },
  {
    name: 'names have another extension',
    recorded: ['20260101_a.ts'],
    applied: 1,
    pending: [B, C],
    unknown: [],
  },
  { name: 'names are numbers', recorded: ['20260101', '20260102'], applied: 2, pending: [C], unknown: [] },
  {
    name: 'a number is only the beginning of another',
    recorded: ['20260101', '2026010'],
    applied: 1,
    pending: [B, C],
    unknown: ['2026010'],
  },
] as const;

describe('the position of a live database by its history table', () => {
  it.each(CASES)('if $name', ({ recorded, applied, pending, unknown }) => {
    expect(positionOf(live(), project, { names: recorded })).toEqual({ applied, pending, unknown });
  });

  it('counts all migrations up to the current one if only that is recorded', () => {
    const history = { names: ['20260102'], isCurrentOnly: true } as const;
    expect(positionOf(live(), project, history)).toEqual({ applied: 2, pending: [C], unknown: [] });
  });
});

describe('the position of a live database without a history of the project', () => {
  it.each([
    { name: 'no history table', history: undefined },
    { name: 'a history table of another project', history: { names: ['0001_other.sql'] } },
  ])('is that of the nearest snapshot, with $name', ({ history }) => {
    expect(positionOf(live('a', 'b'), project, history)).toEqual({ applied: 2, pending: [C], unknown: [] });
  });

  it('is that of the latest of snapshots that are equally near', () => {
    expect(positionOf(live('b'), project, undefined)).toMatchObject({ applied: 2 });
  });

  it('is 0 if the database is empty', () => {
    expect(positionOf(live(), project, undefined)).toMatchObject({ applied: 0, pending: NAMES });
  });
});
