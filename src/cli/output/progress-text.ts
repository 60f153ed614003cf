import type { Step } from '../../replay/environment.js';
import { displayWidth } from '../../util/display-width.js';
import { escapeControls } from '../../util/escape-controls.js';

/** A target that is being worked on. `began` as of performance.now(). */
export interface Work {
  readonly began: number;
  /** Absent before its first migration. */
  readonly step?: Step;
}

interface State {
  readonly work: ReadonlyMap<string, Work>;
  /** How many targets are done, of how many. */
  readonly done: number;
  readonly total: number;
  readonly began: number;
}

/** More lines than this would push what was told before out of sight. */
const MOST_LINES = 8;

const WORDS: Readonly<Record<Step['direction'], string>> = {
  up: 'migrations applied',
  down: 'tried down',
};

/** The live lines at a moment: a line for each target at work, under a line for all where there are several. */
export function renderProgress({ work, done, total, began }: State, now: number): string {
  const seconds = (since: number) => `${((now - since) / 1000).toFixed(1)} s`;
  const names = [...work.keys()].map(escapeControls);
  const width = Math.max(0, ...names.map(displayWidth));
  const lines = [...work.values()].map(({ step, began: since }, at) => {
    const name = names[at] ?? '';
    const what = step === undefined ? 'preparing' : `${step.done} of ${step.of} ${WORDS[step.direction]}`;
    return `${name}${' '.repeat(width - displayWidth(name))}   ${what}, ${seconds(since)}`;
  });
  if (total < 2) return lines.join('\n') || `preparing, ${seconds(began)}`;
  const hidden = lines.length - MOST_LINES;
  return [
    `${done} of ${total} targets done, ${seconds(began)}`,
    ...lines.slice(0, MOST_LINES).map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ].join('\n');
}
