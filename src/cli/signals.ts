import { setMaxListeners } from 'node:events';
import type { HostProcess } from './host-process.js';

/** 128 and the signal's number, as shells have it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Turns the signals that end a command into an abortion of the work, so that it can clean up. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code for the received signal; undefined without a signal. */
  readonly exitCode: () => number | undefined;
  /** Breaks the work off for another reason. */
  readonly abort: () => void;
  readonly forget: () => void;
}

export function interruptionBy(host: HostProcess): Interruption {
  const controller = new AbortController();
  // As many wait for it as there are databases.
  setMaxListeners(0, controller.signal);
  let exitCode: number | undefined;
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const listener = (): void => {
      exitCode ??= EXIT_CODES[name];
      controller.abort();
    };
    host.on(name, listener);
    return () => host.off(name, listener);
  });
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    abort: () => {
      controller.abort();
    },
    forget: () => {
      listeners.forEach((forget) => forget());
    },
  };
}
