import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { DriftmarkError } from '#src/errors.js';
import type { Schema } from '#src/schema/model.js';
import { reportText } from './changes.js';
import type { Cluster } from './cluster.js';
import { read } from './live-read.js';

interface Race {
  /** Where the schema changes. */
  readonly primary: Cluster;
  /** Where it is read: the same server or its standby. */
  readonly reader: Cluster;
  readonly database: string;
  /** What changes it, over and over: each of them a transaction, and the last leads to where the first began. */
  readonly steps: readonly string[];
  /** The longest pause between two of them, in the time that a reading takes when nothing changes. */
  readonly pause: number;
  /** Asked before each reading, with what there is so far. */
  readonly goesOn: (counts: RaceCounts) => boolean;
  readonly retries: number;
}

export interface RaceCounts {
  /** Readings asked for, and those of them that gave a schema. */
  reads: number;
  accepted: number;
  /** Transactions begun, those that were thrown away included. */
  attempts: number;
  /** Schemas that were given out, and that never existed: none, or driftmark is wrong. */
  readonly torn: string[];
  /** Readings that gave up, by what they said. */
  readonly failures: Map<string, number>;
  statements: number;
}

/** Reads a schema over and over while it changes, and holds what is read against the states that there really were. */
export async function race({
  primary,
  reader,
  database,
  steps,
  pause,
  goesOn,
  retries,
}: Race): Promise<RaceCounts> {
  const counts: RaceCounts = {
    reads: 0,
    accepted: 0,
    attempts: 0,
    torn: [],
    failures: new Map(),
    statements: 0,
  };
  const writer = await primary.connect(database);
  try {
    const began = performance.now();
    const states = await statesOf(writer, steps, () => read(primary, { database }));
    const quietly = (performance.now() - began) / steps.length;
    const done = new AbortController();
    const writing = (async () => {
      while (!done.signal.aborted) {
        for (const step of steps) {
          await writer.query(step);
          counts.statements++;
          await sleep(Math.random() * pause * quietly);
        }
      }
    })();
    try {
      while (goesOn(counts)) {
        counts.reads++;
        const groups = (names: readonly string[]) => {
          counts.attempts++;
          return [names];
        };
        await read(reader, { database, retries, groups }).then(
          (schema) => {
            counts.accepted++;
            const text = reportText(schema);
            if (!states.has(text)) counts.torn.push(text);
          },
          (error: unknown) => {
            if (!(error instanceof DriftmarkError)) throw error;
            const reason = error.details[0]?.text ?? error.message;
            counts.failures.set(reason, (counts.failures.get(reason) ?? 0) + 1);
          },
        );
      }
    } finally {
      done.abort();
      await writing;
    }
    return counts;
  } finally {
    await writer.end();
  }
}

/** The reports of every state that the steps lead to, each read while nothing changes. */
async function statesOf(
  writer: pg.Client,
  steps: readonly string[],
  readNow: () => Promise<Schema>,
): Promise<ReadonlySet<string>> {
  const states = new Set<string>();
  for (const step of steps) {
    await writer.query(step);
    states.add(reportText(await readNow()));
  }
  return states;
}
