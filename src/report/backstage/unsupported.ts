import { isDeepStrictEqual } from 'node:util';
import { noObjects, type ObjectsByKind } from '../../schema/model.js';
import type { Report } from '../report.js';
import { ReportSyntaxError } from '../syntax-error.js';
import { parseBackstage } from './parse.js';
import { renderBackstage } from './render.js';

/**
 * Describes the part of a report that this format does not support. The format does not escape names and defaults, so
 * that a line break in a name makes a file that cannot be parsed.
 * @returns undefined if the report can be parsed again.
 */
export function findUnsupported(report: Report): string | undefined {
  if (isReadBack(report)) return undefined;
  const { sequence: sequences, table: tables, column: columns, index: indexes } = report.schema.objects;
  const fails = (objects: Partial<ObjectsByKind>) =>
    !isReadBack({
      ...report,
      schema: { ...report.schema, objects: { ...noObjects(), ...objects } },
    });
  const quote = (name: string) => JSON.stringify(name);
  if (fails({})) return 'the name of the target, the command, or the name of a migration';
  for (const each of sequences) if (fails({ sequence: [each] })) return `sequence ${quote(each.name)}`;
  for (const table of tables) {
    const where = `table ${quote(table.name)}`;
    if (fails({ table: [table] })) return where;
    for (const each of columns)
      if (each.relation === table.name && fails({ table: [table], column: [each] }))
        return `column ${quote(each.name)} of ${where}`;
    for (const each of indexes)
      if (each.table === table.name && fails({ table: [table], index: [each] }))
        return `index ${quote(each.name)} of ${where}`;
  }
  return 'the schema as a whole';
}

function isReadBack(report: Report): boolean {
  try {
    const { schema, ...head } = parseBackstage(renderBackstage(report)).report;
    const { schema: given, irreversible, ...givenHead } = report;
    return (
      isDeepStrictEqual(schema.objects, { ...noObjects(), ...pick(given.objects) }) &&
      isDeepStrictEqual(head, { ...givenHead, irreversible: irreversible.slice(0, 1) })
    );
  } catch (error) {
    if (error instanceof ReportSyntaxError) return false;
    throw error;
  }
}

/** The kinds that this format knows. */
function pick({ sequence, table, column, index }: ObjectsByKind): Partial<ObjectsByKind> {
  return { sequence, table, column, index };
}
