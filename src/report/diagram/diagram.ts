import type { Schema } from '../../schema/model.js';
import { entityLines } from './entity.js';
import { relationshipLine } from './relationship.js';
import { drawnTables, keyOf, type TableName } from './tables.js';

/** What a diagram is made of, before it is known how many there will be. */
export interface Drawing {
  readonly entities: readonly Entity[];
  readonly relationships: readonly Relationship[];
}

/** A table. */
export interface Entity {
  readonly key: string;
  readonly table: TableName;
  readonly lines: readonly string[];
}

/** A foreign key from one table to another, by their keys. Where the other is not drawn, it is a box with a name. */
export interface Relationship {
  readonly from: string;
  readonly to: string;
  readonly line: string;
}

/** The tables and foreign keys of a schema, in its order. */
export function drawingOf(schema: Schema): Drawing {
  const home = schema.namespaces[0] ?? 'public';
  const { tables, rootOf } = drawnTables(schema);
  const entities = tables.map((table): Entity => ({
    key: keyOf(table),
    table,
    lines: entityLines(table, home),
  }));
  const relationships = tables.flatMap((from) => {
    const found = from.foreignKeys.map((foreignKey): Relationship => {
      const { schema: namespace, table: name } = foreignKey.references;
      const to = rootOf({ schema: namespace, name });
      return { from: keyOf(from), to: keyOf(to), line: relationshipLine(foreignKey, { from, to }, home) };
    });
    // Partitions may have the same foreign key each.
    return found.filter(({ line }, at) => found.findIndex((other) => other.line === line) === at);
  });
  return { entities, relationships };
}

/** One diagram, in Mermaid's words: from the referenced tables on the left to the referencing ones on the right. */
export function diagramLines({ entities, relationships }: Drawing): readonly string[] {
  const lines = [...entities.flatMap((entity) => entity.lines), ...relationships.map(({ line }) => line)];
  return ['erDiagram', '  direction LR', ...lines.map((line) => `  ${line}`)];
}
