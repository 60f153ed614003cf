import { describe, expect, it } from 'vitest';
import type { Connection } from '#src/introspect/statements.js';
import { readLive } from '#src/live/read.js';
import { SchemaChangedDuringRead } from '#src/live/schema-changed.js';
import { readOverview, type Overview, type ReadSchemas } from '#src/operations/check-live/tenant-overview.js';
import { readerAndWriter } from '../support/reader-and-writer.js';
import { majors } from '../support/selection.js';

const TENANTS = ['t1', 't2', 't3', 't4', 't5', 't6', 't7'];

const schemaOf = (name: string) => `
  CREATE SCHEMA ${name}; SET search_path = ${name};
  CREATE TABLE orders (id bigint PRIMARY KEY, total numeric CHECK (total > 0));
  CREATE VIEW large AS SELECT id FROM orders WHERE total > 100;
  GRANT SELECT (ctid) ON orders TO pg_monitor;`;

const tools = { comparator: { isMentioned: () => false }, isShapeKnown: () => false };

describe.each(majors())('an overview of the tenant schemas of PostgreSQL %d', (major) => {
  const { reader, writer, skipUnlessThere } = readerAndWriter(
    major,
    `${TENANTS.map(schemaOf).join('')} ALTER TABLE t5.orders ADD note text`,
  );

  /** Reads as `readWithRetries` does. */
  const reading =
    (connection: Connection): ReadSchemas =>
    async (options) => {
      for (;;) {
        try {
          return await readLive(connection, {
            label: 'the database',
            historyTables: [],
            notice: () => undefined,
            ...options,
          });
        } catch (error) {
          if (!(error instanceof SchemaChangedDuringRead)) throw error;
        }
      }
    };

  /** The tenants of each shape. */
  const alike = ({ shapes }: Overview) => {
    const groups = new Map<string, string[]>();
    for (const [tenant, shape] of shapes) groups.set(shape, [...(groups.get(shape) ?? []), tenant]);
    return [...groups.values()];
  };

  it('finds the same shapes in one group and in several', async (context) => {
    skipUnlessThere(context);
    for (const [size, chunks] of [
      [10, 1],
      [2, 4],
    ] as const) {
      const overview = await readOverview(TENANTS, { size, chunks }, { ...tools, read: reading(reader()) });
      if (!overview) throw new Error('something is hidden');
      expect(alike(overview)).toEqual([['t1', 't2', 't3', 't4', 't6', 't7'], ['t5']]);
      expect(overview.schemas.map(({ namespaces }) => namespaces)).toEqual([['t1'], ['t5']]);
      expect(overview.schemas[0]?.objects.view[0]?.definition).not.toContain('t1.');
      expect(overview.seen).toBeGreaterThanOrEqual(TENANTS.length);
    }
  });

  it('looks at one group only after the schema changed while it read several', async (context) => {
    skipUnlessThere(context);
    let groups = 0;
    const racing: Connection = {
      query: async (text) => {
        // The query for the columns of a group.
        if (text.includes('attnum AS number') && ++groups === 2)
          await writer().query('ALTER TABLE t1.orders RENAME total TO amount');
        return reader().query(text);
      },
    };
    const overview = await readOverview(TENANTS, { size: 3, chunks: 2 }, { ...tools, read: reading(racing) });
    if (!overview) throw new Error('something is hidden');
    expect(alike(overview)).toEqual([['t1'], ['t2', 't3']]);
    expect(overview.seen).toBe(3);
    expect(overview.schemas[0]?.objects.view[0]?.definition).toContain('amount');
  });
});
