import { CommanderError } from 'commander';
import { DriftmarkError, withoutPasswords } from '../errors.js';
import type { TextOptions } from '../reporters/formatting/error-text.js';
import type { SpareProcess } from '../migrations/migrations.js';
import type { HostProcess } from './host-process.js';
import { errorWithInvocation, withInvocation } from './output/invocation.js';
import { programFor, type UsageText } from './program.js';
import { interruptionBy } from './signals.js';
import { streamsOf, type Streams } from './output/streams.js';
import { COLOURS } from '../reporters/formatting/colours.js';
import { textOptionsFor } from './output/text-options.js';
import { collectTimings } from './output/timings.js';
import { collectUnhandledErrors } from './unhandled-errors.js';
import { issuesUrl } from '../util/package-info.js';

/**
 * Runs a command line. No other function sets an exit code: docs/exit-codes.md.
 * It never calls process.exit(), which would end the process before all output is written to a pipe.
 * @param spare a process for migrations that has already started. The caller ends it.
 */
export async function run(host: HostProcess, spare?: SpareProcess): Promise<void> {
  if (!isFolderThere(host)) {
    host.stderr.write(FOLDER_GONE);
    host.exitCode = 1;
    return;
  }
  const streams = streamsOf(host, !host.argv.includes('--no-color'));
  const interruption = interruptionBy(host);
  const unhandled = collectUnhandledErrors(host, interruption.abort);
  const timings = collectTimings();
  let invocation: Promise<string> | undefined;
  const findInvocation = () => (invocation ??= invocationOf(host));
  const onEarlyExit = (): void => {
    host.exitCode = 1;
    const error = unhandled.orElse(undefined);
    streams.err(error instanceof Error ? `error: ${withoutPasswords(error.message)}\n` : EXITED_EARLY);
  };
  host.on('exit', onEarlyExit);
  const usage = { out: '', err: '' };
  try {
    let code = 0;
    const context = {
      host,
      streams,
      signal: interruption.signal,
      timings,
      ...(spare && { spare }),
      invocation: findInvocation,
      exit: (exitCode: number) => (code = exitCode),
    };
    await programFor(context, usage).parseAsync([...host.argv]);
    unhandled.rethrow();
    host.exitCode = code;
  } catch (error) {
    const unprinted = await printUsage(
      isHelpWithoutCommand(error) ? asResult(usage) : usage,
      streams,
      findInvocation,
    );
    // An error after a signal is a consequence of the signal.
    if (interruption.exitCode() === undefined)
      host.exitCode = await failure(unhandled.orElse(unprinted ?? error), findInvocation, {
        ...textOptionsFor('stderr', { host, streams }),
        print: streams.err,
      });
  } finally {
    streams.err(timings.render());
    interruption.forget();
    unhandled.stop();
    host.off('exit', onEarlyExit);
    host.exitCode = interruption.exitCode() ?? (streams.isReaderGone() ? 0 : (host.exitCode ?? 0));
  }
}

/**
 * Whether no command was given. The help is the result then, as with git and npm. The exit code stays 1: a CI job that
 * lacks the word `check` must not pass, because nothing was checked.
 */
const isHelpWithoutCommand = (error: unknown): boolean =>
  error instanceof CommanderError && error.code === 'commander.help' && error.exitCode !== 0;

/** Commander writes the help to stderr if it is printed without being asked for. */
const asResult = ({ out, err }: UsageText): UsageText => ({ out: out + err, err: '' });

/** The folder is missing if, for example, a checkout of another branch deleted it. */
function isFolderThere(host: HostProcess): boolean {
  try {
    return host.cwd() !== '';
  } catch {
    return false;
  }
}

const FOLDER_GONE = `error: The working directory does not exist any more.
  → Change to a directory that exists, and run the command again.
`;

/** Printed if the config, or a module that it imports, ends the process. The exit code must not be 0 then. */
const EXITED_EARLY = `error: driftmark exited before it finished.
  → Check that the config file, and the modules it imports, do not call process.exit() or await a promise that never resolves.
`;

/** Only a message that may name a command needs the package manager. */
async function invocationOf(host: HostProcess): Promise<string> {
  const { invocationIn } = await import('../project/invocation.js');
  return invocationIn(host.cwd(), host.env.npm_config_user_agent);
}

/**
 * Prints the help or the usage error that the parser wrote before it threw, with commands as the project runs them.
 * @returns why stdout could not be written.
 */
async function printUsage(
  { out, err }: UsageText,
  streams: Streams,
  findInvocation: () => Promise<string>,
): Promise<unknown> {
  if (out + err === '') return undefined;
  const invocation = await findInvocation();
  streams.err(withInvocation(err, invocation));
  return streams.out(withInvocation(out, invocation)).catch((error: unknown) => error);
}

async function failure(
  error: unknown,
  invocation: () => Promise<string>,
  options: TextOptions & { readonly print: (text: string) => void },
): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof DriftmarkError) {
    // Ctrl-C at a question does not send a signal, but gets the exit code of one.
    if (error.code === 'interrupted') return 130;
    const { renderError } = await import('../reporters/formatting/error-text.js');
    options.print(renderError(errorWithInvocation(error, await invocation()), options));
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  options.print(
    `${COLOURS.bad(options.chalk)('error:')} This is a bug in driftmark. Please report it at ${issuesUrl()}, with the output of \`${await invocation()} info\` and these lines:\n${withoutPasswords(text)}\n`,
  );
  return 1;
}
