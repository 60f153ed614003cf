import { describe, expect, it } from 'vitest';
import type { Connection } from '#src/introspect/statements.js';
import { readLive } from '#src/live/read.js';
import { SchemaChangedDuringRead } from '#src/live/schema-changed.js';
import { reportText } from '../support/changes.js';
import { RACES, RACING_SCHEMA } from '../support/races.js';
import { readerAndWriter } from '../support/reader-and-writer.js';
import { majors, runsAll } from '../support/selection.js';

/** Errors of queries about objects that are gone; `readWithRetries` reads again after them. */
const GONE = ['XX000', '42P01', '42703', '42704', '42883'];

/** What the default run tries: a schema that only changes its names, and one that gets a new table. */
const FEW = ['a column is renamed', 'a table comes, changes and goes'];

/** Statements that change the schema; each list ends where it began. The default run makes the first change of each. */
const CHANGES = Object.entries(RACES)
  .filter(([name]) => runsAll || FEW.includes(name))
  .map(([name, steps]) => ({ name, steps, tried: runsAll ? steps.length : 1 }));

describe.each(majors())('a reading of PostgreSQL %d, with a change before each of its queries', (major) => {
  // A reading that kept a lock between two queries would make the change wait for ever.
  const { reader, writer, skipUnlessThere } = readerAndWriter(
    major,
    RACING_SCHEMA,
    "SET lock_timeout = '20s'",
  );

  it.for(CHANGES)(
    'gives the schema before or after the change, or none: $name',
    async ({ steps, tried }, context) => {
      skipUnlessThere(context);
      for (let at = 0; at < tried; at++) {
        const before = await textOf(reader());
        const outcomes = await readingsWith(steps, at);
        await run(steps.slice(0, at + 1));
        const after = await textOf(reader());
        await run(steps.slice(at + 1));
        for (const outcome of outcomes)
          if (typeof outcome === 'string') expect([before, after]).toContain(outcome);
          else if (!(outcome instanceof SchemaChangedDuringRead)) expect(GONE).toContain(codeIn(outcome));
        expect(outcomes[0]).toBe(after);
        expect(outcomes.at(-1)).toBeInstanceOf(SchemaChangedDuringRead);
      }
    },
  );

  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await writer().query(statement);
  };

  /** The outcome of a reading for each of its queries, with the change right before that query. */
  async function readingsWith(steps: readonly string[], at: number): Promise<readonly unknown[]> {
    const outcomes: unknown[] = [];
    for (;;) {
      await run(steps.slice(0, at));
      let queries = 0;
      const racing: Connection = {
        query: async (text) => {
          if (queries++ === outcomes.length) await run(steps.slice(at, at + 1));
          return reader().query(text);
        },
      };
      const outcome: unknown = await textOf(racing).catch((error: unknown) => error);
      const isOver = queries <= outcomes.length;
      await run(steps.slice(isOver ? at : at + 1));
      if (isOver) return outcomes;
      outcomes.push(outcome);
    }
  }
});

async function textOf(connection: Connection): Promise<string> {
  const { schemas } = await readLive(connection, {
    label: 'the database',
    historyTables: [],
    groups: (names) => [names],
    notice: () => undefined,
  });
  return schemas[0] ? reportText(schemas[0]) : '';
}

const codeIn = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error);
