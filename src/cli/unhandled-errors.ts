import { DriftmarkError } from '../errors.js';
import type { HostProcess } from './host-process.js';

/** The unhandled errors of a run. Most come from a promise or a timer that a config started and does not await. */
interface UnhandledErrors {
  /** Throws the first unhandled error, if there is one. */
  readonly rethrow: () => void;
  /** The first unhandled error, else `error`: later errors are consequences of the first one. */
  readonly orElse: (error: unknown) => unknown;
  /** Stops listening. */
  readonly stop: () => void;
}

/**
 * Collects unhandled errors, which would otherwise end the process, so that they are printed like other errors.
 * @param abort Stops what the command has started. It is called at each unhandled error.
 */
export function collectUnhandledErrors(host: HostProcess, abort: () => void): UnhandledErrors {
  const errors: unknown[] = [];
  const listener = (reason: unknown): void => {
    errors.push(withLocation(reason));
    abort();
  };
  host.on('uncaughtException', listener);
  return {
    rethrow: () => {
      if (errors.length > 0) throw errors[0];
    },
    orElse: (error) => (errors.length > 0 ? errors[0] : error),
    stop: () => host.off('uncaughtException', listener),
  };
}

/** An error of the config with its location. An error of driftmark itself is a bug, and is returned as it is. */
function withLocation(reason: unknown): unknown {
  const isError = reason instanceof Error;
  const frame = isError ? firstFrame(reason.stack ?? '') : undefined;
  if (isError && (frame === undefined || frame.includes(OWN_FOLDER))) return reason;
  return new DriftmarkError(
    'config',
    `Unhandled error in the config or a module it imports: ${isError ? reason.message : String(reason)}`,
    {
      details: frame === undefined ? [] : [{ label: 'at', text: frame }],
      remedy: 'Await or catch the promise that rejected, or catch the error in the callback that threw it.',
      cause: reason,
    },
  );
}

const OWN_FOLDER = new URL('.', import.meta.url).href;

/** The innermost stack frame that is neither in Node nor in a library. */
const firstFrame = (stack: string): string | undefined =>
  stack
    .split('\n')
    .find(
      (line) => /^\s+at .*[/\\]/.test(line) && !/\bnode:|\bnode_modules\b/.test(line.replace(OWN_FOLDER, '')),
    )
    ?.replace(/^\s+at /, '');
