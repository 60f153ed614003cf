import { access } from 'node:fs/promises';
import path from 'node:path';
import { errorOf, startChild } from './child-process.js';
import type { FindContext } from './layout.js';

/** What a knexfile says of the migrations: plain data. */
export interface KnexfileReport {
  /** Absolute paths. */
  readonly directories: readonly string[];
  /** Those of `directories` that do not exist. */
  readonly missing: readonly string[];
  /** Those that knex finds, in its order; absolute paths. */
  readonly migrations: readonly { readonly name: string; readonly file: string }[];
}

const names = ['knexfile.js', 'knexfile.cjs', 'knexfile.mjs', 'knexfile.ts'];

/** The project's knexfile, if it has one. */
export async function findKnexfile(projectDir: string): Promise<string | undefined> {
  for (const name of names) {
    const file = path.join(projectDir, name);
    const found = await access(file).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

/**
 * Loads a knexfile, in a child process: it is a program, which may print, connect or never end.
 *
 * @throws DriftmarkError `migrations-invalid`
 */
export async function readKnexfile(file: string, context: FindContext): Promise<KnexfileReport> {
  const { projectDir, stderr, signal } = context;
  const child = startChild({
    output: stderr,
    onMessage: () => undefined,
  });
  const abort = (): void => void child.end();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const answer = await child.request({ type: 'read-knexfile', file, projectDir });
    if (answer.type !== 'done') throw errorOf(answer);
    return answer.result as KnexfileReport;
  } finally {
    signal?.removeEventListener('abort', abort);
    await child.end();
  }
}
