import { CommanderError } from 'commander';
import { DriftmarkError, withoutPasswords } from '../errors.js';
import type { TextOptions } from '../reporters/formatting/error-text.js';
import type { HostProcess } from './host-process.js';
import { programFor } from './program.js';
import { interruptionBy } from './signals.js';
import { streamsOf } from './output/streams.js';
import { textOptionsFor } from './output/text-options.js';
import { collectTimings } from './output/timings.js';
import { uncaughtIn } from './unhandled-errors.js';

/**
 * Runs a command line: the only place that sets an exit code. docs/exit-codes.md.
 * Never calls process.exit(), which would cut pipes short.
 */
export async function run(host: HostProcess): Promise<void> {
  const streams = streamsOf(host, !host.argv.includes('--no-color'));
  const interruption = interruptionBy(host);
  const uncaught = uncaughtIn(host, interruption.abort);
  const timings = collectTimings();
  const tooEarly = (): void => {
    host.exitCode = 1;
    const error = uncaught.orElse(undefined);
    streams.err(error instanceof Error ? `error: ${withoutPasswords(error.message)}\n` : EXITED_EARLY);
  };
  host.on('exit', tooEarly);
  try {
    let code = 0;
    const program = programFor({
      host,
      streams,
      signal: interruption.signal,
      timings,
      exit: (exitCode) => (code = exitCode),
    });
    await program.parseAsync([...host.argv]);
    uncaught.rethrow();
    host.exitCode = code;
  } catch (error) {
    // What fails after a signal fails because of it.
    if (interruption.exitCode() === undefined)
      host.exitCode = await failure(
        uncaught.orElse(error),
        textOptionsFor('stderr', { host, streams }),
        streams.err,
      );
  } finally {
    streams.err(timings.render());
    interruption.forget();
    uncaught.forget();
    host.off('exit', tooEarly);
    host.exitCode = interruption.exitCode() ?? (streams.isReaderGone() ? 0 : (host.exitCode ?? 0));
  }
}

/** No process that has not done its work may end as if all were well, whatever a config, or what it imports, does to it. */
const EXITED_EARLY = `error: driftmark ended before it had done its work.
  → See to it that the config, and what it imports, neither ends the process nor waits for what never comes.
`;

async function failure(error: unknown, options: TextOptions, err: (text: string) => void): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof DriftmarkError) {
    // Ctrl-C at a question is no signal, and ends like one.
    if (error.code === 'interrupted') return 130;
    const { renderError } = await import('../reporters/formatting/error-text.js');
    err(renderError(error, options));
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { red } = options.chalk;
  err(
    `${red('error:')} This is a bug in driftmark. Please report it, with what follows.\n${withoutPasswords(text)}\n`,
  );
  return 1;
}
