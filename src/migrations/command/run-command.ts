import { DriftmarkError, interrupted } from '../../errors.js';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { redact } from '../errors/redact.js';
import { commandEnvironment, fillPlaceholders } from './environment.js';
import { runInShell, type ShellResult } from './shell.js';

/** How many of the last lines of its output an error quotes. */
const QUOTED_LINES = 20;

/** Milliseconds. */
const DEFAULT_TIMEOUT = 10 * 60_000;

/** How a command of the config runs. */
export interface CommandRun {
  /** With placeholders. */
  readonly command: string;
  /** The setting that holds it: `migrations.command`. */
  readonly setting: string;
  /** The name of the migration for `{name}`. */
  readonly name?: string;
  /** The database that it gets. */
  readonly connection: ConnectionSettings;
  /** Absolute path of the package folder. */
  readonly projectDir: string;
  /** Absolute path of the config, for messages. */
  readonly file: string;
  /** Milliseconds. Default: 10 minutes. */
  readonly timeout?: number | undefined;
  readonly signal: AbortSignal;
  /** Takes the lines of its output. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Takes the lines on stdout, unchanged. */
  readonly onStdoutLine?: ((line: string) => void) | undefined;
}

/** What a command did that ended with the exit code 0. */
export interface CommandOutput {
  /** The error for a command that succeeded and still did not do what it should. */
  readonly failure: (message: string, remedy: string) => DriftmarkError;
}

/**
 * Runs a command of the config in the shell.
 *
 * @throws DriftmarkError `migration-failed` with its last lines of output, `interrupted`
 */
export async function runCommand(run: CommandRun): Promise<CommandOutput> {
  const {
    command,
    setting,
    name,
    connection,
    projectDir,
    file,
    timeout = DEFAULT_TIMEOUT,
    signal,
    onLine,
    onStdoutLine,
  } = run;
  const clean = (text: string) => redact(text, connection.password);
  const lines: string[] = [];
  const result = await runInShell(fillPlaceholders(command, connection, name), {
    cwd: projectDir,
    env: commandEnvironment(connection),
    timeout,
    signal,
    onLine: (line) => {
      lines.push(line);
      if (lines.length > QUOTED_LINES) lines.shift();
      onLine?.(clean(line));
    },
    ...(onStdoutLine && { onStdoutLine }),
  });
  if (signal.aborted) throw interrupted();
  const errorOf = (message: string, remedy: string) =>
    new DriftmarkError('migration-failed', message, {
      place: { file },
      details: [
        { label: 'command', text: clean(command) },
        ...(name === undefined ? [] : [{ label: 'migration', text: name }]),
        ...(lines.length > 0 ? [{ label: 'output', text: lines.map(clean).join('\n') }] : []),
      ],
      remedy,
    });
  const failure = failureOf(result, { setting, milliseconds: timeout });
  if (failure) throw errorOf(failure.message, failure.remedy);
  return { failure: errorOf };
}

/** The exit codes of shells if a program is missing or not executable; 9009 on Windows. */
const NOT_FOUND: readonly number[] = [126, 127, 9009];

interface CommandFailure {
  readonly message: string;
  readonly remedy: string;
}

/** Undefined if the command succeeded. */
function failureOf(
  result: ShellResult,
  { setting, milliseconds }: { readonly setting: string; readonly milliseconds: number },
): CommandFailure | undefined {
  switch (result.type) {
    case 'exit':
      return result.code === 0
        ? undefined
        : {
            message: `The migration command failed with exit code ${result.code}.`,
            remedy: NOT_FOUND.includes(result.code)
              ? `Install the program in the package folder or on the PATH, or correct \`${setting}\`.`
              : `Correct the migrations or \`${setting}\`. The command must work on a new, empty database.`,
          };
    case 'killed':
      return {
        message: `The migration command was ended by ${result.by}.`,
        remedy: 'Run it again, and check that this machine has enough memory.',
      };
    case 'timeout':
      return {
        message: `The migration command took longer than ${milliseconds / 1000} s and was stopped.`,
        remedy:
          'Check that the command ends by itself and asks no questions, or set `migrations.timeout` to more seconds.',
      };
    case 'error':
      return {
        message: `The migration command could not be started: ${result.message}.`,
        remedy: 'Check that the package folder exists and that this user may enter it.',
      };
  }
}
