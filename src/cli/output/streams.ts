import chalkDefault, { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { DriftmarkError } from '../../errors.js';
import type { HostProcess } from '../host-process.js';

/** Where a command writes, and in which colours. */
export interface Streams {
  /**
   * Writes to stdout; resolves when it is out, also where nobody reads any more.
   * @throws {DriftmarkError} `file-failed`
   */
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
  /** True while a line on stderr, such as a migration may print, has no end yet. */
  readonly isMidLine: () => boolean;
  readonly outChalk: ChalkInstance;
  readonly errChalk: ChalkInstance;
  /** True once the reader of stdout has gone. */
  readonly isReaderGone: () => boolean;
}

/** The streams of a process. A reader of stdout who has seen enough is no failure. */
export function streamsOf(host: HostProcess, wantsColour: boolean): Streams {
  let readerGone = false;
  let midLine = false;
  // What else fails is told by the write that failed.
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') readerGone = true;
  });
  host.stderr.on('error', () => undefined);
  return {
    out: (text) =>
      new Promise((resolve, reject) => {
        if (readerGone || text === '') resolve();
        else
          host.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
            if (!error || error.code === 'EPIPE') resolve();
            else reject(cannotPrint(error));
          });
      }),
    err: (text) => {
      if (text === '') return;
      host.stderr.write(text);
      midLine = !text.endsWith('\n');
    },
    isMidLine: () => midLine,
    outChalk: chalkFor(host, host.stdout.isTTY ?? false, wantsColour),
    errChalk: chalkFor(host, host.stderr.isTTY ?? false, wantsColour),
    isReaderGone: () => readerGone,
  };
}

function cannotPrint(error: Error): DriftmarkError {
  return new DriftmarkError('file-failed', `The result could not be printed: ${error.message}`, {
    place: { object: 'stdout' },
    remedy: 'See to it that there is room where stdout goes.',
    cause: error,
  });
}

/**
 * `--no-color`, NO_COLOR and FORCE_COLOR are honoured, in this order; else a terminal has colours, and the log of a CI
 * system that shows them.
 */
function chalkFor({ env }: HostProcess, isTerminal: boolean, wantsColour: boolean): ChalkInstance {
  const forced = env.FORCE_COLOR;
  const level = (): ColorSupportLevel => {
    if (!wantsColour || (env.NO_COLOR !== undefined && env.NO_COLOR !== '')) return 0;
    if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : 1;
    if (env.GITHUB_ACTIONS === 'true' || env.GITLAB_CI === 'true') return 1;
    return isTerminal && env.TERM !== 'dumb' ? chalkDefault.level || 1 : 0;
  };
  return new Chalk({ level: level() });
}
