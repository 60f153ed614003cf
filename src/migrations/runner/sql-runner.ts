import { DriftmarkError, interrupted } from '../../errors.js';
import { fileOf, headline } from '../errors/failure.js';
import type { Migration } from '../layouts/layout.js';
import type { CurrentStep } from './protocol.js';
import { openSqlSession, type SqlSession } from './sql-session.js';
import type { RunnerOptions, Steps } from './steps.js';

/** Runs migrations that are SQL. */
export function sqlSteps({
  folder,
  connection,
  signal,
  timeout,
  onSql,
  platformExtensions,
}: RunnerOptions): Steps {
  const aborted = new AbortController();
  const stopping = signal ? AbortSignal.any([signal, aborted.signal]) : aborted.signal;
  let session: SqlSession | undefined;
  const open = async (): Promise<SqlSession> => {
    const database = await connection;
    if (stopping.aborted) throw interrupted();
    session ??= openSqlSession({ folder, connection: database, signal: stopping, onSql, platformExtensions });
    return session;
  };
  const stop = (): void => session?.stop();
  stopping.addEventListener('abort', stop, { once: true });

  const runOne = async (direction: 'up' | 'down', migration: Migration): Promise<void> => {
    const opened = await open();
    const late = { is: false };
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            late.is = true;
            opened.stop();
          }, timeout);
    try {
      await opened.run(direction, migration);
    } catch (error) {
      if (stopping.aborted) throw interrupted();
      throw late.is ? tookTooLong({ phase: direction, migration }, timeout ?? 0) : error;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    warmUp: () => undefined,
    run: async ({ type, migrations }, onStep) => {
      if (stopping.aborted) throw interrupted();
      for (const migration of migrations) {
        await runOne(type, migration);
        onStep?.(migration);
      }
    },
    lateFailure: () => undefined,
    areWritesCounted: () => session?.areWritesCounted() ?? false,
    end: async () => {
      await session?.close();
      stopping.removeEventListener('abort', stop);
    },
  };
}

function tookTooLong(step: CurrentStep, milliseconds: number): DriftmarkError {
  return new DriftmarkError(
    'migration-failed',
    `${headline(step)}: it took longer than ${milliseconds / 1000} s, and was stopped`,
    {
      place: { file: fileOf(step) },
      remedy: 'Check whether the migration waits for a lock, or split it if it does too much work.',
    },
  );
}
