import type { createLogUpdate } from 'log-update';
import type { Step } from '../../replay/environment.js';
import type { HostProcess } from '../host-process.js';
import { attemptText, renderProgress, stepText, type Work } from './progress-text.js';
import type { Streams } from './streams.js';

/**
 * Live lines on stderr that show what is being done. They are shown only on a terminal, not in CI or with `--quiet`, and
 * not for work that ends immediately. They disappear before anything else is written, and return after it.
 */
export interface Progress {
  /** Sets how many targets or databases there are. */
  readonly expect: (total: number, noun: 'target' | 'database') => void;
  /** Shows that the scratch server has started. */
  readonly ready: () => void;
  readonly begin: (name: string) => void;
  /** Shows how many migrations of a target have been applied or rolled back. */
  readonly step: (step: Step) => void;
  /** Shows that a database is being connected to and read. `attempt` counts from 1. */
  readonly attempt: (database: string, attempt: number, attempts: number) => void;
  readonly end: (name: string) => void;
  /** Removes the lines for good. */
  readonly stop: () => void;
}

const DELAY_MS = 300;
const INTERVAL_MS = 100;

/** Shows the lines until `stop` is called. */
export function progressLines(stderr: HostProcess['stderr'], streams: Streams): Progress {
  let lines: ReturnType<typeof createLogUpdate> | undefined;
  // Loaded while the work begins. The cursor stays visible, so that it is there after any crash.
  void import('log-update').then((library) => {
    lines = library.createLogUpdate(stderr, { showCursor: true });
  });
  const began = performance.now();
  const work = new Map<string, Work>();
  const ended = new Set<string>();
  let [total, noun] = [1, 'target'];
  let initial = 'starting PostgreSQL';
  let isDrawn = false;
  const draw = (): void => {
    if (streams.isMidLine() || performance.now() - began < DELAY_MS) return;
    lines?.(renderProgress({ work, done: ended.size, total, noun, began, initial }, performance.now()));
    isDrawn = true;
  };
  const timer = setInterval(draw, INTERVAL_MS).unref();
  const clear = (): void => {
    if (isDrawn) lines?.clear();
    isDrawn = false;
  };
  streams.beforeWrite(clear);
  const update = (name: string, status: string): void => {
    work.set(name, { began: performance.now(), ...work.get(name), status });
  };
  return {
    expect: (count, what) => {
      [total, noun] = [count, what];
    },
    ready: () => {
      initial = 'running migrations';
    },
    begin: (target) => {
      ended.delete(target);
      work.set(target, { began: performance.now() });
    },
    step: (step) => {
      update(step.target, stepText(step));
    },
    attempt: (database, attempt, attempts) => {
      update(database, attemptText(attempt, attempts));
    },
    end: (name) => {
      work.delete(name);
      ended.add(name);
    },
    stop: () => {
      clearInterval(timer);
      clear();
    },
  };
}
