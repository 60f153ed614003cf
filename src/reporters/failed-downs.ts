import type { FailedDown, Outcome } from '../outcome.js';
import { escapeControls, escapeControlsByLine } from '../util/escape-controls.js';
import { COLOURS } from './formatting/colours.js';
import { indent, type TextOptions } from './formatting/error-text.js';
import { withoutCommands } from './formatting/workflow-command.js';
import { wrap } from './formatting/wrap.js';
import { renderChanges } from './summary/change-lines.js';
import { listChanges, type ListedChange } from './summary/change-list.js';
import { count } from './summary/words.js';

/**
 * The migrations that cannot be rolled back, for stderr: what each new one does not restore, and the number of those
 * that the report lists already. Otherwise empty.
 */
export function renderFailedDowns({ name, failedDowns }: Outcome, options: TextOptions): string {
  const known = failedDowns.filter(({ isListed }) => isListed === true);
  const lines = [
    ...failedDowns
      .filter(({ isListed }) => isListed !== true)
      .flatMap((failed) => renderFailedDown(name, failed, options)),
    ...(known.length === 0 ? [] : renderKnown(name, known.length, options)),
  ];
  return lines.length === 0 ? '' : withoutCommands(`${lines.join('\n')}\n`);
}

function renderKnown(name: string, number: number, { chalk, columns }: TextOptions): string[] {
  const text = `! ${escapeControls(name)}   ${count(number, 'migration')} cannot be rolled back (listed in the report)`;
  return wrap(COLOURS.aside(chalk)(text), columns, 2);
}

function renderFailedDown(
  name: string,
  { migration, error, leftBehind }: FailedDown,
  { chalk, columns }: TextOptions,
): string[] {
  const head = `${COLOURS.warning(chalk)('!')} ${escapeControls(name)}   `;
  if (error !== undefined) {
    const where = error.message.includes(migration)
      ? ''
      : `${escapeControls(migration)}: rolling back failed: `;
    return wrap(head + where + escapeControlsByLine(error.message), columns, 2);
  }
  const changes = listChanges(leftBehind.map((change) => ({ change })));
  const [only, ...others] = changes;
  const text = `${escapeControls(migration)}: rolling back does not `;
  if (only && others.length === 0) return wrap(head + text + notRestored(only), columns, 2);
  const lines = renderChanges(changes, { chalk, ...(columns !== undefined && { columns: columns - 2 }) });
  return [
    ...wrap(`${head}${text}restore the schema (- not restored, + not removed)`, columns, 2),
    ...lines.map(indent),
  ];
}

/** `restore index posts_title_idx of table posts`. */
function notRestored({ sign, group, subject, detail }: ListedChange): string {
  const object = group === undefined ? subject : `${subject} of ${group}`;
  if (sign === '+') return `remove ${object}`;
  return `restore ${object}${sign === '~' ? `: ${detail}` : ''}`;
}
