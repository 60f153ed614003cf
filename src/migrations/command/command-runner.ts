import type { Client } from 'pg';
import { DriftmarkError, interrupted } from '../../errors.js';
import { connect } from '../../postgres/connect.js';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { redact } from '../errors/redact.js';
import { sink } from '../runner/child-process.js';
import type { RunnerOptions, Steps } from '../runner/steps.js';
import type { MigrationCommand } from '../layouts/layout.js';
import { commandEnvironment, fillPlaceholders } from './environment.js';
import { runInShell, type ShellResult } from './shell.js';

/** How many of the last lines of its output an error quotes. */
const QUOTED_LINES = 20;

/** Milliseconds. */
const DEFAULT_TIMEOUT = 10 * 60_000;

/** Runs the migrations by a command of the user. */
export function commandSteps(command: MigrationCommand, options: RunnerOptions): Steps {
  const { signal = new AbortController().signal } = options;
  return {
    warmUp: () => undefined,
    run: async ({ migrations }, onStep) => {
      const connection = await options.connection;
      for (const migration of migrations) {
        if (signal.aborted) throw interrupted();
        await runCommand(command, migration.file, connection, { ...options, signal });
        onStep?.(migration);
      }
    },
    lateFailure: () => undefined,
    end: () => Promise.resolve(),
  };
}

async function runCommand(
  { command, timeout }: MigrationCommand,
  file: string,
  connection: ConnectionSettings,
  { projectDir, signal, stderr, onSql, ...options }: RunnerOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const clean = (text: string) => redact(text, connection.password);
  const print = sink(stderr);
  const lines: string[] = [];
  const milliseconds = timeout === undefined ? (options.timeout ?? DEFAULT_TIMEOUT) : timeout * 1000;
  const filled = fillPlaceholders(command, connection);
  const client = await connect(connection, signal);
  try {
    const before = await contentsOf(client);
    const result = await runInShell(filled, {
      cwd: projectDir,
      env: commandEnvironment(connection),
      timeout: milliseconds,
      signal,
      onLine: (line) => {
        lines.push(clean(line));
        if (lines.length > QUOTED_LINES) lines.shift();
        // Tools print every migration: that is only of interest to those who asked for details.
        if (onSql) print(Buffer.from(`${clean(line)}\n`));
      },
    });
    if (signal.aborted) throw interrupted();
    const failure = failureOf(result, milliseconds);
    const isChanged = failure !== undefined || before !== (await contentsOf(client));
    if (isChanged && failure === undefined) return;
    const { message, remedy } = failure ?? CONNECTED_ELSEWHERE;
    throw new DriftmarkError('migration-failed', message, {
      place: { file },
      details: [
        { label: 'command', text: clean(command) },
        ...(lines.length > 0 ? [{ label: 'output', text: lines.join('\n') }] : []),
      ],
      remedy,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface CommandFailure {
  readonly message: string;
  readonly remedy: string;
}

/** Undefined if the command succeeded. */
function failureOf(result: ShellResult, milliseconds: number): CommandFailure | undefined {
  switch (result.type) {
    case 'exit':
      return result.code === 0
        ? undefined
        : {
            message: `The migration command failed with exit code ${result.code}.`,
            remedy:
              'Correct the migrations or `migrations.command`. The command must work on a new, empty database.',
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

const CONNECTED_ELSEWHERE: CommandFailure = {
  message:
    'The migration command succeeded, but the scratch database is unchanged. The command probably connected to another database.',
  remedy:
    'Make the tool read DATABASE_URL or the PG* variables, which driftmark sets, or pass it the scratch database: {url}, {jdbcUrl}, {host}, {port}, {user}, {password}, {database}. Check files such as .env that override them.',
};

/** A hash of the catalogs: it changes if anything is created, altered or dropped. */
async function contentsOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ contents: string }>(CONTENTS);
  return rows[0]?.contents ?? '';
}

/** The catalogs that migrations write to. Every change makes a new row version, with an `xmin` and a `ctid` of its own. */
const CATALOGS = [
  'pg_attrdef',
  'pg_attribute',
  'pg_class',
  'pg_constraint',
  'pg_default_acl',
  'pg_description',
  'pg_enum',
  'pg_event_trigger',
  'pg_extension',
  'pg_foreign_data_wrapper',
  'pg_namespace',
  'pg_policy',
  'pg_proc',
  'pg_publication',
  'pg_trigger',
  'pg_type',
];

const CONTENTS = `SELECT pg_catalog.concat_ws(' ', ${CATALOGS.map(
  (catalog) =>
    `(SELECT pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat(c.xmin, c.ctid), ',' ORDER BY c.ctid))
       FROM pg_catalog.${catalog} c)`,
).join(', ')}) AS contents`;
