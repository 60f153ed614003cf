import type { Schema } from '../../schema/model.js';
import { identifier, qualifiedName } from '../grammar.js';
import { fence } from '../markdown/text.js';
import { diagramLines, drawingOf } from './diagram.js';
import { partsOf, type Part } from './parts.js';

/** The heading of the section. */
export const DIAGRAM = 'Diagram';

/** The section of a report with the diagram of its tables, or with several diagrams, each under a heading. */
export function renderDiagram(schema: Schema): readonly string[] {
  const scope = { home: schema.namespaces[0] ?? 'public' };
  const diagrams = partsOf(drawingOf(schema)).flatMap((part) => [
    ...headingOf(part, ({ table }) => qualifiedName.print(table, scope)),
    '',
    ...fence('mermaid', diagramLines(part).join('\n')),
  ]);
  return ['', `## ${DIAGRAM}`, ...diagrams];
}

/** All tables as one Mermaid diagram of any size, without Markdown. */
export const renderMermaid = (schema: Schema): string => `${diagramLines(drawingOf(schema)).join('\n')}\n`;

type Entity = Part['entities'][number];

function headingOf(part: Part, nameOf: (entity: Entity) => string): readonly string[] {
  const { about, entities } = part;
  switch (about) {
    case 'everything':
      return [];
    case 'schema':
      return ['', `### Schema ${identifier.print(entities[0]?.table.schema ?? '', { home: '' })}`];
    case 'related tables':
      return ['', `### ${listed(byImportance(part).map(nameOf))}`];
    case 'tables without foreign keys':
      return ['', `### Without foreign keys: ${listed(entities.map(nameOf))}`];
  }
}

/** The tables, in descending order of the number of their foreign keys. */
function byImportance({ entities, relationships }: Part): readonly Entity[] {
  const count = ({ key }: Entity) =>
    relationships.filter(({ from, to }) => from === key || to === key).length;
  return [...entities].sort((a, b) => count(b) - count(a));
}

const MAX_NAMES = 3;

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  if (more <= 1) return names.join(', ');
  return `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more`;
}
