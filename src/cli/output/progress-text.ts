import type { Step } from '../../replay/environment.js';
import { displayWidth } from '../../util/display-width.js';
import { escapeControls } from '../../util/escape-controls.js';

/** A target or a database that is being worked on. */
export interface Work {
  /** `performance.now()` when the work on it began. */
  readonly began: number;
  readonly status?: string;
}

interface State {
  readonly work: ReadonlyMap<string, Work>;
  readonly done: number;
  readonly total: number;
  /** `target` or `database`. */
  readonly noun: string;
  readonly began: number;
  /** What is shown before the first step: whether the server starts, or the first migration runs. */
  readonly initial: string;
}

/** More lines would scroll earlier output out of sight. */
const MAX_LINES = 8;

const VERBS: Readonly<Record<Step['direction'], string>> = { up: 'applied', down: 'rolled back' };

/** `rolled back 2 of 5`. */
export const stepText = ({ direction, done, of }: Step): string => `${VERBS[direction]} ${done} of ${of}`;

/** `connecting`, and from the second attempt on `connecting (attempt 2 of 6)`. */
export const attemptText = (attempt: number, attempts: number): string =>
  attempt === 1 ? 'connecting' : `connecting (attempt ${attempt} of ${attempts})`;

/** The lines at a moment: one for each target or database, below a line of totals if there are several. */
export function renderProgress({ work, done, total, noun, began, initial }: State, now: number): string {
  const seconds = (since: number) => `${((now - since) / 1000).toFixed(1)} s`;
  const names = [...work.keys()].map(escapeControls);
  const width = Math.max(0, ...names.map(displayWidth));
  const lines = [...work.values()].map(({ status = initial, began: since }, at) => {
    const name = names[at] ?? '';
    return `${name}${' '.repeat(width - displayWidth(name))}   ${status} · ${seconds(since)}`;
  });
  if (total < 2) return lines.join('\n') || `${initial} · ${seconds(began)}`;
  const hidden = lines.length - MAX_LINES;
  return [
    `${done} of ${total} ${noun}s done · ${seconds(began)}`,
    ...lines.slice(0, MAX_LINES).map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ].join('\n');
}
