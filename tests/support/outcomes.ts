import { DriftmarkError } from '#src/errors.js';
import type { Outcome } from '#src/outcome.js';
import { render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { canonical, noObjects, type ObjectsByKind } from '#src/schema/model.js';
import { asReport } from './scratch.js';

/** A schema `public` of these objects, as the report of it. */
export function reportOf(objects: Partial<ObjectsByKind>) {
  const all = { ...noObjects(), namespace: [{ name: 'public' }], ...objects };
  return asReport(canonical({ namespaces: ['public'], objects: all }));
}

/** A target whose report says one thing and whose migrations make another. */
export function driftOf(before: Partial<ObjectsByKind>, after: Partial<ObjectsByKind>): Outcome {
  const [committed, made] = [reportOf(before), reportOf(after)];
  const changes = compare({ from: committed.schema, to: made.schema });
  return {
    name: '@acme/orders',
    report: 'report.sql.md',
    seconds: 1.5,
    failedDowns: [],
    result: {
      type: 'drift',
      reason: 'changed',
      changes: changes.map((change) => ({ change, migration: '2_more.sql' })),
      remarks: [],
      difference: { before: render(committed), after: render(made) },
      remedy: 'npx driftmark update',
    },
  };
}

/** A target that is as it should be. */
export const inSync = (name = '@acme/fine'): Outcome => ({
  name,
  report: 'report.sql.md',
  seconds: 0.25,
  failedDowns: [],
  result: { type: 'in-sync', migrations: 3, tables: 2 },
});

/** A target whose migration failed, with this said by PostgreSQL. */
export const failedWith = (message: string, name = '@acme/broken'): Outcome => ({
  name,
  report: 'report.sql.md',
  seconds: 0,
  failedDowns: [],
  result: {
    type: 'failed',
    error: new DriftmarkError('migration-failed', message, {
      place: { file: '/repo/packages/orders/migrations/1_a.sql', line: 3, column: 1 },
      details: [{ label: 'SQLSTATE', text: '42P01' }],
      remedy: 'Correct the migration.',
    }),
  },
});

/** Names that try to get out of whatever they stand in. */
export const HOSTILE_NAMES = [
  '::error file=x,line=1::boo',
  '##[error]boo',
  'a\n::set-output name=x::y',
  'a\r\n##[add-mask]x',
  'a%0A::warning::x',
  'comma, colon: =',
  '`',
  '```',
  '` ``` `',
  '</details><script>alert(1)</script>',
  '@acme/team #1 https://example.com',
  '[link](https://example.com)',
  '<!-- driftmark -->',
  ']]>&amp;"\'<a>',
  'esc\u001b[31m\u0007',
  'right\u202eto\u2066left',
  'zero\u200bwidth\ufeff',
  'surrogate\ud800alone',
  'not\ufffea\uffffcharacter',
  '| a | b |',
  '\\u0041',
  '  blank  ',
] as const;

/** A table of each hostile name, with a column, an index and a function body of it. */
export const hostileObjects = (): Partial<ObjectsByKind> => ({
  table: HOSTILE_NAMES.map((name) => ({ schema: 'public', name, comment: `\n${name}` })),
  column: HOSTILE_NAMES.map((name) => ({
    schema: 'public',
    relation: name,
    name,
    type: 'text',
    default: name,
  })),
  view: [
    {
      schema: 'public',
      name: 'v',
      definition: HOSTILE_NAMES.map((name) => ` SELECT '\n${name}'`).join('\n'),
    },
  ],
});
