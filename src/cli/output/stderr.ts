import type { ChalkInstance } from 'chalk';
import { COLOURS } from '../../reporters/formatting/colours.js';
import { escapeControls } from '../../util/escape-controls.js';

type Tell = (text: string) => void;

/** Notices as they stand on stderr; none with `--quiet`. */
export const noticesTo =
  (tell: Tell, { quiet }: { readonly quiet?: boolean }, chalk: ChalkInstance): Tell =>
  (text) => {
    if (quiet !== true) tell(`${COLOURS.aside(chalk)('driftmark:')} ${escapeControls(text)}\n`);
  };

/** SQL statements as they stand on stderr: each on a line, after its time. */
export const statementsTo =
  (tell: Tell, chalk: ChalkInstance) =>
  (sql: string, milliseconds: number): void => {
    const line = escapeControls(sql.replace(/\s+/g, ' ').trim());
    tell(COLOURS.aside(chalk)(`${milliseconds.toFixed(1).padStart(8)} ms  ${line}\n`));
  };
