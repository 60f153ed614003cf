import chalkDefault, { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { DriftmarkError } from '../../errors.js';
import { reasonOf } from '../../util/system-error.js';
import type { HostProcess } from '../host-process.js';

/** The streams that a command writes to, with their colours. */
export interface Streams {
  /**
   * Writes to stdout. Resolves when the text is written, also if the reader has closed the pipe.
   * @throws {DriftmarkError} code `file-failed`
   */
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
  /** Registers what removes the progress lines. It is called before each write. */
  readonly beforeWrite: (clear: () => void) => void;
  /** True while the last line on stderr, which a migration may have printed, has no line break. */
  readonly isMidLine: () => boolean;
  readonly outChalk: ChalkInstance;
  readonly errChalk: ChalkInstance;
  /** True after the reader of stdout has closed the pipe. */
  readonly isReaderGone: () => boolean;
}

/** The streams of a process. A reader that closes stdout is not a failure. */
export function streamsOf(host: HostProcess, wantsColour: boolean): Streams {
  let readerGone = false;
  let midLine = false;
  let clear = (): void => undefined;
  // Other failures are reported by the write that failed.
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') readerGone = true;
  });
  host.stderr.on('error', () => undefined);
  return {
    out: (text) =>
      new Promise((resolve, reject) => {
        if (readerGone || text === '') {
          resolve();
          return;
        }
        clear();
        host.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
          if (!error || error.code === 'EPIPE') resolve();
          else reject(cannotPrint(error));
        });
      }),
    err: (text) => {
      if (text === '') return;
      clear();
      host.stderr.write(text);
      midLine = !text.endsWith('\n');
    },
    beforeWrite: (remove) => {
      clear = remove;
    },
    isMidLine: () => midLine,
    outChalk: chalkFor(host, host.stdout.isTTY ?? false, wantsColour),
    errChalk: chalkFor(host, host.stderr.isTTY ?? false, wantsColour),
    isReaderGone: () => readerGone,
  };
}

function cannotPrint(error: Error): DriftmarkError {
  return new DriftmarkError('file-failed', `Could not write to stdout: ${reasonOf(error)}.`, {
    place: { object: 'stdout' },
    remedy: 'Free some space on the disk that stdout is redirected to.',
    cause: error,
  });
}

/** Colours: `--no-color`, NO_COLOR and FORCE_COLOR decide, in this order. By default a terminal and the log of GitHub Actions and GitLab have them. */
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
