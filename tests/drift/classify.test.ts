import { describe, expect, it } from 'vitest';
import { classifyChanges } from '#src/drift/classify.js';
import { positionOf, type RecordedMigrations } from '#src/drift/position.js';
import { compare } from '#src/schema/compare.js';
import type { ObjectsByKind, Schema } from '#src/schema/model.js';
import { column, nullable, schemaOf, tables, unique } from '../support/schemas.js';

type Objects = Partial<ObjectsByKind>;

const [a, b, c] = [column('t', 'a'), nullable('t', 'b'), nullable('t', 'c')];
const t = (...columns: readonly ObjectsByKind['column'][number][]): Objects => ({
  table: tables('t'),
  column: columns,
});

/** The project's migrations create table t, add column b, and add column c. */
const HISTORY: readonly Objects[] = [{}, t(a), t(a, b), t(a, b, c)];
const NAMES = ['1_create_t', '2_add_b', '3_add_c'];
const [FIRST = '', SECOND = '', THIRD = ''] = NAMES;
const snapshots = HISTORY.map((objects) => schemaOf(objects));
const project = {
  snapshots,
  migrations: NAMES.map((name) => ({ name })),
  runAgain: () => Promise.reject(new Error('not needed')),
};

/** `column b added: pending (2_add_b)`, for each change from the report to the database. */
function verdictsOf(
  report: Schema,
  live: Schema,
  applied: RecordedMigrations | undefined,
): readonly string[] {
  const changes = compare({ from: report, to: live });
  return classifyChanges(changes, live, project, positionOf(live, project, applied)).map(
    ({ change, verdict = 'none', migration }) => {
      const what = 'fact' in change ? change.fact : change.type;
      const by = migration === undefined ? '' : ` (${migration})`;
      return `${change.identity.at(-1) ?? ''} ${what}: ${verdict}${by}`;
    },
  );
}

const applied = (...names: string[]): RecordedMigrations => ({ names });

const CASES: readonly {
  name: string;
  report?: Objects;
  live: Objects;
  history?: RecordedMigrations;
  gives: readonly string[];
}[] = [
  {
    name: 'nothing if the database equals the report',
    live: t(a, b, c),
    history: applied(...NAMES),
    gives: [],
  },
  {
    name: 'a column of the last migration that was not run as pending',
    live: t(a, b),
    history: applied(FIRST, SECOND),
    gives: ['c removed: pending (3_add_c)'],
  },
  {
    name: 'columns of two migrations that were not run as pending',
    live: t(a),
    history: applied(FIRST),
    gives: ['b removed: pending (2_add_b)', 'c removed: pending (3_add_c)'],
  },
  {
    name: 'a table of a migration that was not run as pending',
    live: {},
    history: applied(),
    gives: ['t removed: pending (1_create_t)'],
  },
  {
    name: 'pending changes without a history table, by the nearest snapshot',
    live: t(a, b),
    gives: ['c removed: pending (3_add_c)'],
  },
  {
    name: 'a migration in the middle that was not run as pending',
    live: t(a, c),
    history: applied(FIRST, THIRD),
    gives: ['b removed: pending (2_add_b)'],
  },
  {
    name: 'a column that no migration adds as out of band',
    live: t(a, b, c, nullable('t', 'x')),
    history: applied(...NAMES),
    gives: ['x added: out of band'],
  },
  {
    name: 'a table that no migration creates as out of band',
    live: { ...t(a, b, c), table: tables('t', 'x') },
    history: applied(...NAMES),
    gives: ['x added: out of band'],
  },
  {
    name: 'a removed column whose migration was run as out of band',
    live: t(a, b),
    history: applied(...NAMES),
    gives: ['c removed: out of band'],
  },
  {
    name: 'a changed type as out of band',
    live: t({ ...a, type: 'text' }, b, c),
    history: applied(...NAMES),
    gives: ['a type: out of band'],
  },
  {
    name: 'an index that no migration creates as out of band',
    live: { ...t(a, b, c), index: [unique('t', ['a'])] },
    history: applied(...NAMES),
    gives: ['t_a_key added: out of band'],
  },
  {
    name: 'an additional column as ahead if the database has run an unknown migration',
    live: t(a, b, c, nullable('t', 'x')),
    history: applied(...NAMES, '4_add_x'),
    gives: ['x added: ahead'],
  },
  {
    name: 'a changed type as ahead if the database has run an unknown migration',
    live: t({ ...a, type: 'text' }, b, c),
    history: applied(...NAMES, '4_x'),
    gives: ['a type: ahead'],
  },
  {
    name: 'a column that the report lacks as a stale report',
    report: t(a, b),
    live: t(a, b, c),
    history: applied(...NAMES),
    gives: ['c added: stale report (3_add_c)'],
  },
  {
    name: 'a whole table that the report lacks as a stale report',
    report: {},
    live: t(a, b, c),
    history: applied(...NAMES),
    gives: ['t added: stale report (1_create_t)'],
  },
  {
    name: 'a stale report beside a change out of band',
    report: t(a, b),
    live: t({ ...a, comment: 'x' }, b, c),
    history: applied(...NAMES),
    gives: ['a comment: out of band', 'c added: stale report (3_add_c)'],
  },
  {
    name: 'a pending change beside a change out of band',
    live: t({ ...a, comment: 'x' }, b),
    history: applied(FIRST, SECOND),
    gives: ['a comment: out of band', 'c removed: pending (3_add_c)'],
  },
];

describe('classifyChanges() reports', () => {
  it.each(CASES)('$name', ({ report = HISTORY.at(-1) ?? {}, live, history, gives }) => {
    expect([...verdictsOf(schemaOf(report), schemaOf(live), history)].sort()).toEqual([...gives].sort());
  });

  it('no verdict if the project has no snapshots', () => {
    const changes = compare({ from: schemaOf({}), to: schemaOf(t(a)) });
    const empty = { ...project, snapshots: [], migrations: [] };
    const position = { applied: 0, pending: [], unknown: [] };
    expect(classifyChanges(changes, schemaOf(t(a)), empty, position)).toEqual(
      changes.map((change) => ({ change })),
    );
  });
});
