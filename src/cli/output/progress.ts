import type { HostProcess } from '../host-process.js';
import type { Progress } from './progress-lines.js';
import type { Streams } from './streams.js';

const SILENT: Progress = {
  expect: () => undefined,
  ready: () => undefined,
  begin: () => undefined,
  step: () => undefined,
  attempt: () => undefined,
  end: () => undefined,
  stop: () => undefined,
};

/** Shows the progress of the work on a terminal. What prints it is loaded only then. */
export async function progressOn(
  { stderr, env }: HostProcess,
  streams: Streams,
  { quiet, verbose }: { readonly quiet?: boolean; readonly verbose?: boolean },
): Promise<Progress> {
  const isShown =
    stderr.isTTY === true && stderr.columns !== 0 && (env.CI ?? '') === '' && env.TERM !== 'dumb';
  // With --verbose, the statements show the progress.
  if (!isShown || quiet === true || verbose === true) return SILENT;
  const { progressLines } = await import('./progress-lines.js');
  return progressLines(stderr, streams);
}
