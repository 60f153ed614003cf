import type { createLogUpdate } from 'log-update';
import type { Step } from '../../replay/environment.js';
import type { HostProcess } from '../host-process.js';
import { renderProgress, type Work } from './progress-text.js';
import type { Streams } from './streams.js';

/**
 * Live lines on a terminal's stderr that say what is going on. Nothing in a pipe, in CI or with `--quiet`, and nothing
 * for work that is over in a moment.
 */
export interface Progress {
  /** How many targets there are. */
  readonly expect: (targets: number) => void;
  readonly begin: (target: string) => void;
  readonly tell: (step: Step) => void;
  readonly end: (target: string) => void;
  /** Takes the lines away before something else is written. They come back by themselves. */
  readonly clear: () => void;
  /** Takes them away for good. */
  readonly stop: () => void;
}

const SILENT: Progress = {
  expect: () => undefined,
  begin: () => undefined,
  tell: () => undefined,
  end: () => undefined,
  clear: () => undefined,
  stop: () => undefined,
};

const STARTUP_TIMEOUT_MS = 300;
const INTERVAL_MS = 100;

export function progressOn(
  { stderr, env }: HostProcess,
  { isMidLine }: Streams,
  { quiet, verbose }: { readonly quiet?: boolean; readonly verbose?: boolean },
): Progress {
  const isShown =
    stderr.isTTY === true && stderr.columns !== 0 && (env.CI ?? '') === '' && env.TERM !== 'dumb';
  // Statement by statement, the log shows how far it is.
  if (!isShown || quiet === true || verbose === true) return SILENT;
  let lines: ReturnType<typeof createLogUpdate> | undefined;
  // Loaded while the work begins. The cursor is left alone: whatever happens, it is there afterwards.
  void import('log-update').then((library) => {
    lines = library.createLogUpdate(stderr, { showCursor: true });
  });
  const began = performance.now();
  const work = new Map<string, Work>();
  const ended = new Set<string>();
  let total = 1;
  let isDrawn = false;
  const draw = (): void => {
    if (isMidLine() || performance.now() - began < STARTUP_TIMEOUT_MS) return;
    lines?.(renderProgress({ work, done: ended.size, total, began }, performance.now()));
    isDrawn = true;
  };
  const timer = setInterval(draw, INTERVAL_MS).unref();
  const clear = (): void => {
    if (isDrawn) lines?.clear();
    isDrawn = false;
  };
  return {
    clear,
    expect: (targets) => (total = targets),
    begin: (target) => {
      ended.delete(target);
      work.set(target, { began: performance.now() });
    },
    tell: (step) => {
      work.set(step.target, { began: performance.now(), ...work.get(step.target), step });
    },
    end: (target) => {
      work.delete(target);
      ended.add(target);
    },
    stop: () => {
      clearInterval(timer);
      clear();
    },
  };
}
