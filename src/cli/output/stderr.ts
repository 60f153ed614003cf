import type { ChalkInstance } from 'chalk';
import { COLOURS } from '../../reporters/formatting/colours.js';
import { escapeControls } from '../../util/escape-controls.js';

type Write = (text: string) => void;

/** Prints notices, unless `--quiet` is given. */
export const noticesTo =
  (write: Write, { quiet }: { readonly quiet?: boolean }, chalk: ChalkInstance): Write =>
  (text) => {
    if (quiet !== true) write(`${COLOURS.aside(chalk)('driftmark:')} ${escapeControls(text)}\n`);
  };

/** Prints each SQL statement on a line, after its time. */
export const statementsTo =
  (write: Write, chalk: ChalkInstance) =>
  (sql: string, milliseconds: number): void => {
    const line = escapeControls(sql.replace(/\s+/g, ' ').trim());
    write(COLOURS.aside(chalk)(`${milliseconds.toFixed(1).padStart(8)} ms  ${line}\n`));
  };
