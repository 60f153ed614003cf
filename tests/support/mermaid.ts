import mermaid from 'mermaid';
import { expect } from 'vitest';

/** What Mermaid's own parser finds in a diagram. */
export async function readDiagram(text: string) {
  // What a page calls: it fails where the page would show an error, and brings in the kinds of diagrams.
  expect(await mermaid.parse(text)).toMatchObject({ diagramType: 'er' });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing newer says what it found
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const { getEntities, getRelationships } = db as unknown as ErDatabase;
  const entities = [...getEntities.call(db).entries()];
  const nameOf = new Map(entities.map(([name, { id }]) => [id, unescaped(name)]));
  return {
    entities: Object.fromEntries(
      entities.map(([name, { attributes }]) => [
        unescaped(name),
        attributes.map(({ type, name: word, keys, comment }) =>
          [type, word, keys.join(','), unescaped(comment)].filter((part) => part !== '').join(' '),
        ),
      ]),
    ),
    relationships: getRelationships.call(db).map(
      ({ entityA, entityB, roleA, relSpec: { cardA, cardB } }) =>
        // Mermaid names the cardinality of each side for the other one.
        `${nameOf.get(entityA) ?? ''} ${cardB} to ${cardA} ${nameOf.get(entityB) ?? ''}: ${unescaped(roleA)}`,
    ),
  };
}

interface ErDatabase {
  readonly getEntities: () => Map<
    string,
    {
      readonly id: string;
      readonly attributes: readonly {
        readonly type: string;
        readonly name: string;
        readonly keys: readonly string[];
        readonly comment: string;
      }[];
    }
  >;
  readonly getRelationships: () => readonly {
    readonly entityA: string;
    readonly entityB: string;
    readonly roleA: string;
    readonly relSpec: { readonly cardA: string; readonly cardB: string };
  }[];
}

/** What is on the screen for Mermaid's entities, as it holds them between reading and drawing. */
const unescaped = (text: string) =>
  text.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** The diagrams that a report holds. */
export const diagramsIn = (markdown: string): string[] =>
  [...markdown.matchAll(/^```mermaid\n([^]*?)\n```$/gm)].map(([, text = '']) => text);
