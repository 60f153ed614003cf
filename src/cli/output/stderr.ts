import type { ChalkInstance } from 'chalk';
import { COLOURS } from '../../reporters/formatting/colours.js';
import { harmless } from '../../util/escape-controls.js';

type Tell = (text: string) => void;

/** Notices as they stand on stderr; none with `--quiet`. */
export const noticesTo =
  (tell: Tell, { quiet }: { readonly quiet?: boolean }, chalk: ChalkInstance): Tell =>
  (text) => {
    if (quiet !== true) tell(`${COLOURS.aside(chalk)('driftmark:')} ${harmless(text)}\n`);
  };

/** SQL statements as they stand on stderr: each on a line, after its time. */
export const statementsTo =
  (tell: Tell, chalk: ChalkInstance) =>
  (sql: string, milliseconds: number): void => {
    const line = harmless(sql.replace(/\s+/g, ' ').trim());
    tell(COLOURS.aside(chalk)(`${milliseconds.toFixed(1).padStart(8)} ms  ${line}\n`));
  };
