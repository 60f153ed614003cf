import type { Client } from 'pg';
import { interrupted } from '../../errors.js';
import { connect } from '../../postgres/connect.js';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import type { Migration, MigrationCommand } from '../layouts/layout.js';
import { sink } from '../runner/child-process.js';
import type { Direction } from '../runner/protocol.js';
import type { RunnerOptions, Steps } from '../runner/steps.js';
import { contentsOf } from './database-contents.js';
import { runCommand, type CommandRun } from './run-command.js';

/**
 * Runs the migrations by commands of the user: all of them by the command, or single ones by `steps`, which starts a process for
 * each.
 */
export function commandSteps(command: MigrationCommand, options: RunnerOptions): Steps {
  const { signal = new AbortController().signal, folder } = options;
  const runOne = async (chosen: Chosen, connection: ConnectionSettings, mustChange: boolean) => {
    if (signal.aborted) throw interrupted();
    const client = await connect(connection, signal);
    try {
      await runAndCompare(client, runOf(chosen, command, connection, { ...options, signal }), mustChange);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  return {
    warmUp: () => undefined,
    run: async ({ type, migrations }, onStep) => {
      const connection = await options.connection;
      const { steps } = command;
      const isAll = type === 'up' && migrations.length === folder.migrations.length;
      if (!steps || isAll) {
        await runOne({ command: command.command, setting: 'migrations.command' }, connection, true);
        migrations.forEach((migration) => onStep?.(migration));
        return;
      }
      for (const migration of migrations) {
        const setting = `migrations.steps.${type}`;
        const chosen = { command: steps[type] ?? '', setting, migration };
        await runOne(chosen, connection, isFirst(type, migration, folder.migrations));
        onStep?.(migration);
      }
    },
    lateFailure: () => undefined,
    end: () => Promise.resolve(),
  };
}

/** A command, and the migration that it runs if that is a single one. */
interface Chosen {
  readonly command: string;
  readonly setting: string;
  readonly migration?: Migration;
}

/** A migration may change data only, but with the first one the tool creates its history table. */
const isFirst = (type: Direction, { name }: Migration, [first]: readonly Migration[]) =>
  type === 'up' && first?.name === name;

function runOf(
  { migration, ...chosen }: Chosen,
  { timeout }: MigrationCommand,
  connection: ConnectionSettings,
  { projectDir, signal, stderr, onSql, folder, ...options }: RunnerOptions & { readonly signal: AbortSignal },
): CommandRun {
  const print = sink(stderr);
  return {
    ...chosen,
    ...(migration && { name: migration.name }),
    connection,
    projectDir,
    file: folder.migrations[0]?.file ?? projectDir,
    timeout: timeout === undefined ? options.timeout : timeout * 1000,
    signal,
    // Tools print every migration: that is only of interest to those who asked for details.
    ...(onSql && {
      onLine: (line: string) => {
        print(Buffer.from(`${line}\n`));
      },
    }),
  };
}

async function runAndCompare(client: Client, run: CommandRun, mustChange: boolean): Promise<void> {
  const before = await contentsOf(client);
  const { failure } = await runCommand(run);
  if (mustChange && before === (await contentsOf(client)))
    throw failure(CONNECTED_ELSEWHERE.message, CONNECTED_ELSEWHERE.remedy);
}

const CONNECTED_ELSEWHERE = {
  message:
    'The migration command succeeded, but the scratch database is unchanged. The command probably connected to another database.',
  remedy:
    'Make the tool read DATABASE_URL or the PG* variables, which driftmark sets, or pass it the scratch database: {url}, {jdbcUrl}, {host}, {port}, {user}, {password}, {database}. Check files such as .env that override them.',
};
