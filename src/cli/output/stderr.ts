import type { ChalkInstance } from 'chalk';
import { withoutPasswords } from '../../errors.js';
import { COLOURS } from '../../reporters/formatting/colours.js';
import { wrap } from '../../reporters/formatting/wrap.js';
import { escapeControls } from '../../util/escape-controls.js';
import type { CommandContext } from '../context.js';
import { textOptionsFor } from './text-options.js';

type Write = (text: string) => void;

/** Prints notices on stderr, wrapped at the width of a terminal, unless `--quiet` is given. */
export function noticesTo(
  context: Pick<CommandContext, 'host' | 'streams'>,
  { quiet }: { readonly quiet?: boolean } = {},
): Write {
  const { chalk, columns } = textOptionsFor('stderr', context);
  return (text) => {
    if (quiet === true) return;
    const notice = `${COLOURS.aside(chalk)('driftmark:')} ${escapeControls(text)}`;
    context.streams.err(`${wrap(notice, columns, 2).join('\n')}\n`);
  };
}

/** Prints each SQL statement on a line, after its time, without passwords. */
export const statementsTo =
  (write: Write, chalk: ChalkInstance) =>
  (sql: string, milliseconds: number): void => {
    const line = escapeControls(withoutPasswords(sql.replace(/\s+/g, ' ').trim()));
    const time = `${milliseconds.toFixed(1).padStart(8)} ms`;
    write(`${COLOURS.aside(chalk)(time)}  ${line}\n`);
  };
