import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DriftmarkError } from '../../../errors.js';
import { exists } from '../../../util/fs.js';
import { errorOf, startChild, type FailedRequest } from '../../runner/child-process.js';
import { knexfileFailure } from './knexfile-failure.js';
import type { ReadContext } from '../layout.js';

/** The settings of a knexfile that concern the migrations, as plain data. */
export interface KnexfileReport {
  /** Absolute paths. */
  readonly directories: readonly string[];
  /** Those of `directories` that do not exist. */
  readonly missing: readonly string[];
  /** The knexfile has a migration source of its own, which may read migrations from anywhere. */
  readonly hasSource: boolean;
  /** The client, if the knexfile names one by a string. */
  readonly client?: string;
  /** The history table, if the knexfile names one. */
  readonly tableName?: string;
  /** The schema of the history table, if the knexfile names one. */
  readonly schemaName?: string;
  /** The migrations that knex finds, in its order; absolute paths. */
  readonly migrations: readonly { readonly name: string; readonly file: string }[];
}

const names = ['knexfile.js', 'knexfile.cjs', 'knexfile.mjs', 'knexfile.ts'];

/** The knexfile nearest to a migrations folder: beside it, or in a folder above it up to the package. */
export async function findKnexfile(dir: string, projectDir: string): Promise<string | undefined> {
  const isInside = !path.relative(projectDir, dir).startsWith('..');
  for (let folder = isInside ? dir : projectDir; ; folder = path.dirname(folder)) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (await exists(file)) return file;
    }
    if (folder === projectDir || folder === path.dirname(folder)) return undefined;
  }
}

/** Longer than any knexfile takes to load; one that takes longer hangs. */
const STARTUP_TIMEOUT_MS = 60_000;

/**
 * Loads a knexfile, in a child process: it is a program, which may print, connect or hang.
 *
 * @throws DriftmarkError `migrations-invalid`
 */
export async function readKnexfile(
  file: string,
  projectDir: string,
  context: ReadContext,
): Promise<KnexfileReport> {
  const { knexEnvironment: environment, stderr, signal, knexfileTimeout = STARTUP_TIMEOUT_MS } = context;
  const child = startChild({
    output: stderr,
    onMessage: () => undefined,
  });
  const abort = (): void => void child.end();
  signal?.addEventListener('abort', abort, { once: true });
  const deadline = new AbortController();
  const late = async (): Promise<FailedRequest> => {
    await sleep(knexfileTimeout, undefined, { signal: deadline.signal });
    return { type: 'gone', how: `it took longer than ${knexfileTimeout / 1000} s, and was stopped` };
  };
  try {
    const answer = await Promise.race([
      child.request({
        type: 'read-knexfile',
        file,
        projectDir,
        ...(environment !== undefined && { environment }),
      }),
      late(),
    ]);
    if (answer.type !== 'done') throw failureOf(file, answer);
    return answer.result as KnexfileReport;
  } finally {
    deadline.abort();
    signal?.removeEventListener('abort', abort);
    await child.end();
  }
}

/** An error of the child process does not name the knexfile, so its name is added here. */
function failureOf(file: string, answer: FailedRequest): DriftmarkError {
  const error = errorOf(answer);
  if (error.code === 'migrations-invalid') return error;
  const reason = answer.type === 'gone' ? answer.how : error.message;
  return knexfileFailure(file, reason.replace(/^the migrations could not be run: (Error: )?/, ''));
}
