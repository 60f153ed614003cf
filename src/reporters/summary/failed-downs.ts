import type { FailedDown, Outcome } from '../../outcome.js';
import { renderChanges, tellChanges } from './change-lines.js';
import { COLOURS } from '../formatting/colours.js';
import { indent, type TextOptions } from '../formatting/error-text.js';
import { escapeControls, harmlessLines } from '../../util/escape-controls.js';
import { withoutCommands } from '../formatting/workflow-command.js';
import { wrap } from '../formatting/wrap.js';

/** What the failing down migrations left behind, or threw: for stderr. Empty where none failed. */
export function renderFailedDowns({ name, failedDowns }: Outcome, options: TextOptions): string {
  return withoutCommands(failedDowns.map((failed) => renderFailedDown(name, failed, options)).join(''));
}

function renderFailedDown(
  name: string,
  { migration, error, leftBehind }: FailedDown,
  { chalk, columns }: TextOptions,
): string {
  const mark = COLOURS.warning(chalk)('!');
  const head = `${mark} ${escapeControls(name)}   ${escapeControls(migration)} cannot be migrated down:`;
  const told = error === undefined ? `${head} it leaves behind` : `${head} ${harmlessLines(error.message)}`;
  const changes = renderChanges(tellChanges(leftBehind.map((change) => ({ change }))), {
    chalk,
    ...(columns !== undefined && { columns: columns - 2 }),
  });
  return `${[...wrap(told, columns, 2), ...changes.map(indent)].join('\n')}\n`;
}
