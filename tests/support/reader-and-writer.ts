import type pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { connect } from '#src/scratch/client.js';
import type { PostgresMajor } from './postgres-versions.js';
import { sharedServerOf } from './shared-server.js';

/** Two connections to one database of the shared server, for the tests of a `describe`. */
interface ReaderAndWriter {
  readonly reader: () => pg.Client;
  readonly writer: () => pg.Client;
  readonly skipUnlessThere: (context: { readonly skip: (note?: string) => void }) => void;
}

/**
 * Connects before the first test, and disconnects after the last one.
 * @param sql what the writer runs first, each in a message of its own.
 */
export function readerAndWriter(major: PostgresMajor, ...sql: readonly string[]): ReaderAndWriter {
  let unavailable: string | undefined;
  let stop: () => Promise<void> = () => Promise.resolve();
  let reader: pg.Client;
  let writer: pg.Client;
  beforeAll(async () => {
    const found = await sharedServerOf(major);
    if (found.unavailable !== undefined) {
      unavailable = found.unavailable;
      return;
    }
    const { connection } = await found.server.createDatabase();
    reader = await connect(connection, new AbortController().signal);
    writer = await connect(connection, new AbortController().signal);
    stop = async () => {
      await reader.end();
      await writer.end();
      await found.stop();
    };
    for (const each of sql) await writer.query(each);
  });
  afterAll(() => stop());
  return {
    reader: () => reader,
    writer: () => writer,
    skipUnlessThere: ({ skip }) => {
      if (unavailable !== undefined) skip(unavailable);
    },
  };
}
