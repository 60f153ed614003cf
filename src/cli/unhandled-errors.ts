import { DriftmarkError } from '../errors.js';
import type { HostProcess } from './host-process.js';

/** What failed while a command ran, and was caught by nobody: mostly what a config has begun, and left to itself. */
export interface Uncaught {
  /** Throws the first such error, where there is one. */
  readonly rethrow: () => void;
  /** The first such error, or else the given one: what fails after it fails because of it. */
  readonly orElse: (error: unknown) => unknown;
  readonly forget: () => void;
}

/** Keeps the first such error to be shown like others, in place of Node's own end: `abort` has what was started stopped. */
export function uncaughtIn(host: HostProcess, abort: () => void): Uncaught {
  const errors: unknown[] = [];
  const listener = (reason: unknown): void => {
    errors.push(explained(reason));
    abort();
  };
  host.on('uncaughtException', listener);
  return {
    rethrow: () => {
      if (errors.length > 0) throw errors[0];
    },
    orElse: (error) => (errors.length > 0 ? errors[0] : error),
    forget: () => host.off('uncaughtException', listener),
  };
}

/** An error of others with its place. One of driftmark's own, or of nobody, stays what it is: a bug. */
function explained(reason: unknown): unknown {
  const isError = reason instanceof Error;
  const frame = isError ? firstFrame(reason.stack ?? '') : undefined;
  if (isError && (frame === undefined || frame.includes(OWN))) return reason;
  return new DriftmarkError(
    'config',
    `An error was caught by nobody: ${isError ? reason.message : String(reason)}`,
    {
      details: frame === undefined ? [] : [{ label: 'at', text: frame }],
      remedy: 'See to it that the config, and what it imports, catch the errors of what they begin.',
      cause: reason,
    },
  );
}

const OWN = new URL('.', import.meta.url).href;

/** The innermost call that is neither Node's nor a library's. */
const firstFrame = (stack: string): string | undefined =>
  stack
    .split('\n')
    .find((line) => /^\s+at .*[/\\]/.test(line) && !/\bnode:|\bnode_modules\b/.test(line.replace(OWN, '')))
    ?.replace(/^\s+at /, '');
