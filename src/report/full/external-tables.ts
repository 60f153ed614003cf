import { RELATIONS } from '../../schema/definition.js';
import { ALL_KINDS } from '../../schema/kinds.js';
import type { ExternalTable } from '../../schema/kinds/external-table.js';
import { inCanonicalOrder, keyOf, type Schema } from '../../schema/model.js';
import type { ParentName } from '../kind-report.js';
import { kindReport } from '../kinds.js';

const keyOfTable = ({ schema, name }: ParentName) => keyOf([schema, name]);

/**
 * The tables that have a section although they are not in the report: those with facts of their own, and those in which
 * an object of the report stands.
 */
export function externalTablesOf(schema: Schema): readonly ExternalTable[] {
  const { objects, namespaces } = schema;
  const known = new Set([
    ...RELATIONS.flatMap((kind) => objects[kind].map(keyOfTable)),
    ...objects.externalTable.map(keyOfTable),
  ]);
  const missing = new Map<string, ParentName>();
  for (const kind of ALL_KINDS) {
    const report = kindReport(kind);
    if (report.layout !== 'child' && report.layout !== 'columns') continue;
    let last: ParentName | undefined;
    for (const object of objects[kind]) {
      const parent = report.parent(object);
      // Children of a table follow one another.
      if (last?.name === parent.name && last.schema === parent.schema) continue;
      last = parent;
      const key = keyOfTable(parent);
      if (!known.has(key)) missing.set(key, parent);
    }
  }
  if (missing.size === 0) return objects.externalTable;
  const all = [...objects.externalTable, ...missing.values()];
  return inCanonicalOrder('externalTable', all, namespaces);
}
