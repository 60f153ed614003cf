import type { Info } from '../../operations/info.js';
import { displayWidth, widestOf } from '../../util/display-width.js';
import { escapeControls } from '../../util/escape-controls.js';

/** What a bug report needs, as aligned lines that can be pasted into an issue. */
export function renderInfo({ postgres, targets, ...info }: Info): string {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['driftmark', [info.driftmark]],
    ['Node', [info.node]],
    ['system', [info.system]],
    ['package manager', [info.packageManager ?? 'none']],
    ['PostgreSQL', serverLines(postgres)],
    ['config', [info.config ?? 'none']],
    ['targets', targetLines(targets)],
    ...(info.problem === undefined ? [] : [['problem', [info.problem]] as const]),
  ];
  const width = widestOf(rows.map(([label]) => label)) + 2;
  const lines = rows.flatMap(([label, values]) =>
    values.map((value, at) => `${(at === 0 ? label : '').padEnd(width)}${escapeControls(value)}\n`),
  );
  return lines.join('');
}

function serverLines({ used, problem, found }: Info['postgres']): readonly string[] {
  const others = found.filter(({ origin, version }) => origin !== used?.origin || version !== used.version);
  return aligned([
    ...(used ? [[used.version, used.origin, '(used)']] : []),
    ...(problem === undefined ? [] : [[problem]]),
    ...others.map(({ version = '-', origin, why }) => [version, origin, why === undefined ? '' : `(${why})`]),
  ]);
}

const targetLines = (targets: Info['targets']): readonly string[] =>
  targets.length === 0
    ? ['none']
    : aligned(
        targets.map(({ name, layout, migrations, report }) => [name, layout, `${migrations} → ${report}`]),
      );

/** Rows of cells with aligned columns. A row of one cell does not widen its column. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widthOf = (at: number) => widestOf(rows.flatMap((row) => (row.length > 1 ? [row[at] ?? ''] : [])));
  return rows.map((row) =>
    row
      .map(
        (cell, at) => cell + ' '.repeat(row.length > 1 ? Math.max(0, widthOf(at) - displayWidth(cell)) : 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
