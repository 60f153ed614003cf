/**
 * How long it takes to read large reports and to describe how they differ, and how that grows with their length.
 * Exits with 1 if a figure is above its limit, or grows faster than the length of the reports.
 *
 *     npm run build && npx jiti benchmarks/reports.ts
 */
import { Chalk } from 'chalk';
import type { Outcome } from '#src/outcome.js';
import { parse, render } from '#src/report/formats.js';
import { renderText } from '#src/reporters/text.js';
import { compare } from '#src/schema/compare.js';
import { canonical, noObjects, type ObjectsByKind, type Schema } from '#src/schema/model.js';

/** Lines of the largest report; the others have a half and a quarter of them. */
const LINES = 100_000;
const LIMITS = { parse: 2, describe: 3 } as const;
/** Twice the length may take little more than twice the time. */
const MAX_GROWTH = 2.6;

/** Two schemas, and how many of their tables differ. */
type Shape = (tables: number, changed: number, isAfter: boolean) => Partial<ObjectsByKind>;

const names = (count: number) => Array.from({ length: count }, (_, at) => `t${String(at).padStart(6, '0')}`);

/** Tables of twelve columns, with an index, a primary key and a check: 22 lines each. */
const tables: Shape = (count, changed, isAfter) => {
  const all = names(count);
  const isChanged = (at: number) => isAfter && at < changed;
  return {
    table: all.map((name) => ({ schema: 'public', name })),
    column: all.flatMap((relation, at) =>
      Array.from({ length: 12 }, (_, column) => ({
        schema: 'public',
        relation,
        name: `c${column}`,
        type: isChanged(at) ? 'bigint' : 'text',
        ...(column % 3 === 0 && { default: `${relation}_${column}` }),
      })),
    ),
    index: all.map((table, at) => ({
      schema: 'public',
      table,
      name: `${table}_idx`,
      keys: [{ column: isChanged(at) ? 'c2' : 'c1' }],
    })),
    check: all.map((table, at) => ({
      schema: 'public',
      table,
      name: `${table}_check`,
      expression: `(c3 <> '${isChanged(at) ? 'after' : 'before'}'::text)`,
    })),
  };
};

/** One list without any headings between its lines. */
const list: Shape = (count, changed, isAfter) => ({
  sequence: names(count * 22).map((name, at) => ({
    schema: 'public',
    name,
    dataType: isAfter && at < changed * 22 ? 'bigint' : 'integer',
  })),
});

function reportOf(shape: Shape, count: number, changed: number, isAfter: boolean): string {
  const objects = { ...noObjects(), namespace: [{ name: 'public' }], ...shape(count, changed, isAfter) };
  const schema: Schema = canonical({ namespaces: ['public'], objects });
  return render({ format: 'full', name: 'large', command: 'npx driftmark update', irreversible: [], schema });
}

/** Seconds of processor time, which other work on the machine hardly changes. */
function seconds(work: () => unknown): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const ROUNDS = 3;
const measured = (work: () => unknown) => median(Array.from({ length: ROUNDS }, () => seconds(work)));

/** The change list and the diff, as `driftmark diff` prints them. */
function describe(before: string, after: string, from: Schema, to: Schema): string {
  const outcome: Outcome = {
    name: 'large',
    report: 'report.sql.md',
    seconds: 0,
    failedDowns: [],
    result: {
      type: 'drift',
      reason: 'changed',
      changes: compare({ from, to }).map((change) => ({ change })),
      remarks: [],
      difference: { before, after },
    },
  };
  return renderText(outcome, { chalk: new Chalk({ level: 0 }), cwd: '/' });
}

const missed: string[] = [];
const note = (isBad: boolean, figure: string) => {
  if (isBad) missed.push(figure);
  return isBad ? `${figure} !` : figure;
};

for (const [name, shape] of Object.entries({ tables, list })) {
  console.log(`\n${name}\n| lines | parse | 1 differs | 1,000 lines differ | all differ |`);
  console.log('| ----: | ----: | --------: | -----------------: | ---------: |');
  let last: readonly number[] = [];
  for (const part of [4, 2, 1]) {
    const count = Math.round(LINES / 22 / part);
    const before = reportOf(shape, count, 0, false);
    const from = parse(before).schema;
    const times = [
      measured(() => parse(before)),
      ...[1, Math.round(1000 / 14), count].map((changed) => {
        const after = reportOf(shape, count, changed, true);
        const to = parse(after).schema;
        return measured(() => describe(before, after, from, to));
      }),
    ];
    const cells = times.map((time, at) => {
      const limit = at === 0 ? LIMITS.parse : LIMITS.describe;
      const growth = time / (last[at] ?? time);
      // Differences of milliseconds say nothing.
      const isBad = time > limit || (growth > MAX_GROWTH && time > 0.2);
      return note(isBad, `${time.toFixed(2)} s${last.length === 0 ? '' : ` (× ${growth.toFixed(1)})`}`);
    });
    console.log(`| ${before.split('\n').length} | ${cells.join(' | ')} |`);
    last = times;
  }
}
process.exitCode = missed.length === 0 ? 0 : 1;
