import type { FailedDown, Outcome } from '../outcome.js';
import { renderChanges, tellChanges } from './changes.js';
import { COLOURS } from './colours.js';
import { indent, type TextOptions } from './error-text.js';
import { harmless, harmlessLines } from './harmless.js';
import { withoutCommands } from './workflow-command.js';
import { wrap } from './wrap.js';

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
  const head = `${mark} ${harmless(name)}   ${harmless(migration)} cannot be migrated down:`;
  const told = error === undefined ? `${head} it leaves behind` : `${head} ${harmlessLines(error.message)}`;
  const changes = renderChanges(tellChanges(leftBehind.map((change) => ({ change }))), {
    chalk,
    ...(columns !== undefined && { columns: columns - 2 }),
  });
  return `${[...wrap(told, columns, 2), ...changes.map(indent)].join('\n')}\n`;
}
