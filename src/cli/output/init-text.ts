import path from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { InitPlan, PlannedReport } from '../../init/plan.js';
import type { PlannedFile } from '../../init/planned-file.js';
import { escapeControls } from '../../util/escape-controls.js';
import { unifiedDiff } from '../../reporters/locate/unified-diff.js';

/** A file that `init` would write: what it is for, and the lines that are new in it. */
export function renderFile(planned: PlannedFile, cwd: string, chalk: ChalkInstance): string {
  const { file, purpose, before, text } = planned;
  const name = path.relative(cwd, file);
  const sign = before === undefined ? chalk.green('+') : chalk.yellow('~');
  const lines = unifiedDiff({ before: before ?? '', after: text, names: { before: name, after: name } })
    .filter(({ type }) => type === 'added' || type === 'removed')
    .map(
      ({ type, text: line }) =>
        `  ${type === 'added' ? chalk.green(escapeControls(line)) : chalk.red(escapeControls(line))}\n`,
    );
  return `${sign} ${chalk.bold(escapeControls(name))}   ${purpose}\n${lines.join('')}`;
}

/** The reports: those that are there, and those that `init` would write. */
export function renderReports(reports: readonly PlannedReport[], cwd: string, chalk: ChalkInstance): string {
  return reports
    .map(({ file, name, format }) => {
      const sign = format === undefined ? chalk.green('+') : ' ';
      const purpose =
        format === undefined
          ? `the first report of ${escapeControls(name)}`
          : `stays as it is (format ${format})`;
      return `${sign} ${chalk.bold(escapeControls(path.relative(cwd, file)))}   ${purpose}\n`;
    })
    .join('');
}

/** What is left to do. */
export function renderNext({ project: place, ci, files }: InitPlan, chalk: ChalkInstance): string {
  const add = place.packageManager?.add;
  const isNew = files.length > 0;
  const steps = [
    ...(add === undefined ? [] : [chalk.bold(add)]),
    ...(isNew ? ['review what was written, and commit it'] : []),
    ...(isNew && ci.length === 0 ? [`in CI: ${chalk.bold(`${place.driftmark} check`)}`] : []),
  ];
  return steps.length === 0 ? '' : `\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}
