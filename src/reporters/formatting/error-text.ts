import path from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { DriftmarkError, ErrorDetail } from '../../errors.js';
import { COLOURS } from './colours.js';
import { escapeControls, escapeControlsByLine } from '../../util/escape-controls.js';
import { truncate } from '../../util/display-width.js';
import { withoutCommands } from './workflow-command.js';
import { wrap } from './wrap.js';

export interface TextOptions {
  readonly chalk: ChalkInstance;
  /** The working directory: paths below it are shown relative to it. */
  readonly cwd: string;
  /** The width of the terminal; absent if the text goes elsewhere and is not wrapped. */
  readonly columns?: number;
  /** Whether a diff is shown. Default: in a file always, on a terminal if the list of changes does not say all. */
  readonly diff?: boolean;
}

/** An error for people: the place, what failed, further facts, and what to do. Ends with a line break. */
export function renderError(error: DriftmarkError, { chalk, cwd, columns }: TextOptions): string {
  const { line, column, object, file } = error.place;
  const place = [file && shownPath(file, cwd), line, column].filter((part) => part !== undefined).join(':');
  const head = [place, object ?? '']
    .filter((part) => part !== '')
    .map((part) => `${escapeControls(part)}: `)
    .join('');
  const lines = [
    ...wrap(`${COLOURS.bad(chalk)('error:')} ${head}${escapeControlsByLine(error.message)}`, columns, 2),
    ...error.details.flatMap((detail) => renderDetail(detail, chalk, columns && columns - 2).map(indent)),
    ...(error.remedy === undefined
      ? []
      : wrap(
          `${COLOURS.strong(chalk)('→')} ${escapeControlsByLine(error.remedy)}`,
          columns && columns - 2,
          2,
        ).map(indent)),
  ];
  return withoutCommands(`${lines.join('\n')}\n`);
}

function renderDetail(
  { label, text, isVerbatim, isStatement }: ErrorDetail,
  chalk: ChalkInstance,
  columns: number | undefined,
): string[] {
  if (isStatement === true) return wrap(escapeControlsByLine(text), columns, 2);
  const name = COLOURS.aside(chalk)(`${label}:`);
  if (isVerbatim !== true) return wrap(`${name} ${escapeControlsByLine(text)}`, columns, 2);
  // Lines of source code are cut at the width of a terminal: if they wrapped, the caret would lose its place.
  const lines = text.split('\n').map((line) => {
    const escaped = escapeControls(line);
    return columns === undefined ? escaped : truncate(escaped, columns);
  });
  return label === 'source' ? lines : [name, ...lines];
}

/** A detail of an error as plain text; lines of source code have no label. */
export const detailLine = ({ label, text }: ErrorDetail): string =>
  label === 'source' ? text : `${label}: ${text.includes('\n') ? '\n' : ''}${text}`;

/** A line beneath the headline of a target. */
export const indent = (line: string) => (line === '' ? '' : `  ${line}`);

/** A path as the user would type it. */
export function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return !path.isAbsolute(file) || relative.startsWith('..') || relative === '' ? file : relative;
}
