import path from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { InitPlan, PlannedReport } from '../init/plan.js';
import type { PlannedFile } from '../init/planned-file.js';
import { harmless } from '../reporters/harmless.js';
import { unifiedDiff } from '../reporters/unified-diff.js';

/** What `init` would write: each file with what it is for, and the lines that are new in it. */
export function renderPlan({ files, reports }: InitPlan, cwd: string, chalk: ChalkInstance): string {
  return [
    ...files.map((file) => `${renderFile(file, cwd, chalk)}\n`),
    ...reports.map((report) => renderReport(report, cwd, chalk)),
    '\n',
  ].join('');
}

function renderReport({ file, name, isThere }: PlannedReport, cwd: string, chalk: ChalkInstance): string {
  const sign = isThere ? ' ' : chalk.green('+');
  const purpose = isThere ? 'stays as it is' : `the first report of ${harmless(name)}`;
  return `${sign} ${chalk.bold(harmless(path.relative(cwd, file)))}   ${purpose}\n`;
}

function renderFile({ file, purpose, before, text }: PlannedFile, cwd: string, chalk: ChalkInstance): string {
  const name = path.relative(cwd, file);
  const sign = before === undefined ? chalk.green('+') : chalk.yellow('~');
  const lines = unifiedDiff({ before: before ?? '', after: text, names: { before: name, after: name } })
    .filter(({ type }) => type === 'added' || type === 'removed')
    .map(
      ({ type, text: line }) =>
        `  ${type === 'added' ? chalk.green(harmless(line)) : chalk.red(harmless(line))}\n`,
    );
  return `${sign} ${chalk.bold(harmless(name))}   ${purpose}\n${lines.join('')}`;
}
