import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { introspect } from '#src/introspect/introspect.js';
import type { Schema } from '#src/schema/model.js';
import { onClone } from '../support/base.js';
import { withSharedBase } from '../support/shared-server.js';
import { CORPUS, DRIFTS } from '../support/drift-files.js';
import { majors } from '../support/selection.js';

/**
 * Compares the catalogs, which hide nothing, with the views of `information_schema`, in which a superuser sees every
 * object. Both must contain the same.
 */
describe.each(majors())('the schema of PostgreSQL %i and information_schema', (major) => {
  it.for([CORPUS, DRIFTS])(
    'what is read of %s agrees with information_schema and pg_indexes',
    async (folder, context) => {
      const result = await withSharedBase(major, folder, (server, base) =>
        onClone(server, base, async (client) => {
          const { objects } = await introspect(client, { covers: () => true, historyTables: [] });
          const views = await readViews(client);
          expect(tablesOf(objects)).toEqual(views.tables);
          expect(columnsOf(objects)).toEqual(views.columns);
          expect(sequencesOf(objects)).toEqual(views.sequences);
          expect(indexesOf(objects)).toEqual(views.indexes);
          expect(views.columns.length).toBeGreaterThan(20);
          return undefined;
        }),
      );
      if (result !== undefined) context.skip(result.unavailable);
    },
  );
});

/** Partitions that only repeat their parent are not separate objects. */
const isNoPartition = (schema: string, relation: string) =>
  `NOT (SELECT relispartition FROM pg_catalog.pg_class WHERE oid = format('%I.%I', ${schema}, ${relation})::regclass)`;

const own = (column: string) => `${column} NOT LIKE 'pg\\_%' AND ${column} <> 'information_schema'`;

async function readViews(client: Client) {
  const rows = async (sql: string): Promise<readonly string[]> => {
    const { rows: found } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return found.map((row) => JSON.stringify(row)).sort();
  };
  return {
    tables: await rows(`SELECT table_schema, table_name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND ${own('table_schema')}`),
    columns:
      await rows(`SELECT table_schema, table_name, column_name, is_identity = 'YES', is_generated = 'ALWAYS',
        column_default IS NOT NULL, CASE WHEN domain_name IS NULL THEN character_maximum_length END
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_type = 'BASE TABLE' AND ${own('table_schema')} AND ${isNoPartition('table_schema', 'table_name')}`),
    sequences: await rows(`SELECT sequence_schema, sequence_name, data_type FROM information_schema.sequences
      WHERE ${own('sequence_schema')}`),
    indexes: await rows(`SELECT schemaname, tablename, indexname FROM pg_catalog.pg_indexes
      WHERE ${own('schemaname')} AND ${isNoPartition('schemaname', 'indexname')}`),
  };
}

type Objects = Schema['objects'];

const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).sort();

const tablesOf = ({ table }: Objects) => sorted(table.map(({ schema, name }) => [schema, name]));

const columnsOf = ({ table, column }: Objects) => {
  const isTable = new Set(tablesOf({ table } as Objects));
  return sorted(
    column
      .filter(({ schema, relation }) => isTable.has(JSON.stringify([schema, relation])))
      .map((each) => [
        each.schema,
        each.relation,
        each.name,
        each.identity !== undefined,
        each.generated !== undefined,
        each.default !== undefined,
        each.maxLength ?? null,
      ]),
  );
};

const sequencesOf = ({ sequence }: Objects) =>
  sorted(sequence.map(({ schema, name, dataType }) => [schema, name, dataType]));

const indexesOf = ({ index, exclusionConstraint }: Objects) =>
  sorted([...index, ...exclusionConstraint].map(({ schema, table, name }) => [schema, table, name]));
