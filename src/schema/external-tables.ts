import type { ExternalTable } from './kinds/external-table.js';
import { inCanonicalOrder, keyOf, type Schema } from './model.js';

const keyOfTable = ({ schema, name }: ExternalTable) => keyOf([schema, name]);

/**
 * Two schemas that have the same external tables: one without facts is the same as none, so each schema gets those that
 * only the other one has. Their facts then change; they are never added or removed.
 */
export function withExternalTablesOfBoth({ from, to }: { readonly from: Schema; readonly to: Schema }) {
  return { from: withExternalTablesOf(to, from), to: withExternalTablesOf(from, to) };
}

function withExternalTablesOf(other: Schema, schema: Schema): Schema {
  const known = new Set(schema.objects.externalTable.map(keyOfTable));
  const missing = other.objects.externalTable.filter((table) => !known.has(keyOfTable(table)));
  if (missing.length === 0) return schema;
  const all = [
    ...schema.objects.externalTable,
    ...missing.map(({ schema: namespace, name }) => ({ schema: namespace, name })),
  ];
  const externalTable = inCanonicalOrder('externalTable', all, schema.namespaces);
  return { ...schema, objects: { ...schema.objects, externalTable } };
}

/** The schema without the external tables that have no facts. */
export function withoutEmptyExternalTables(schema: Schema): Schema {
  const { externalTable } = schema.objects;
  const remaining = externalTable.filter(
    ({ schema: _schema, name: _name, ...facts }) => Object.keys(facts).length > 0,
  );
  if (remaining.length === externalTable.length) return schema;
  return { ...schema, objects: { ...schema.objects, externalTable: remaining } };
}
