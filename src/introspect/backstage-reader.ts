import type { AnyObject, Kind } from '../schema/kinds.js';
import { inCanonicalOrder, noObjects, type Schema } from '../schema/model.js';
import { BACKSTAGE_READERS } from './backstage.js';
import { FIRST_NORMAL_OID, textOf } from './fragments.js';
import { incrementalReader, type IncrementalReaderOptions } from './incremental/incremental-reader.js';
import { closeReading } from './introspect.js';
import { historyTableRelations } from './namespaces.js';
import type { Reader, ReadScope } from './reader.js';
import { printing, RESET_SEARCH_PATH } from './search-path.js';
import { BEGIN, pinnedForSession } from './settings.js';
import { rowsOf, statements, type Connection } from './statements.js';

/** With more objects, finding out what changed takes less time than reading everything again. */
const SMALL = 400;

const PUBLIC = `SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'`;
const NAMESPACES = ['public'];

/**
 * Reads the schema `public` repeatedly, in the detail of the format `backstage`. As long as it is small, all of it is
 * read in one round trip: its four queries find out by themselves what is covered.
 * @param connection that prepares its queries.
 */
export function backstageReader(
  connection: Connection,
  options: Omit<IncrementalReaderOptions, 'covers' | 'detail'>,
): () => Promise<Schema> {
  const covers = (namespace: string) => namespace === 'public';
  const readChanges = incrementalReader(connection, { ...options, covers, detail: 'backstage' });
  const readWhole = wholeReader(connection, options);
  let isSmall = options.verify !== true;
  return async () => {
    if (!isSmall) return readChanges();
    const schema = await readWhole();
    isSmall = Object.values(schema.objects).reduce((sum, { length }) => sum + length, 0) < SMALL;
    return schema;
  };
}

/** Reads everything each time. The server lists each kind as one text, with the JSON of an object on each line. */
function wholeReader(
  connection: Connection,
  { historyTables }: Pick<IncrementalReaderOptions, 'historyTables'>,
): () => Promise<Schema> {
  const scope: ReadScope = {
    versionNum: 0,
    namespaces: PUBLIC,
    excludedRelations: `${historyTableRelations(historyTables)} AND c.oid >= ${FIRST_NORMAL_OID}`,
    isSmall: true,
    extensionVersions: false,
  };
  const line = textOf('json', 'pg_catalog.row_to_json(listed)');
  const kinds = (Object.entries(BACKSTAGE_READERS) as [Kind, Reader<AnyObject, never>][]).map(
    ([kind, reader]) => ({ kind, sql: reader.sql(scope), parse: listParser(kind, reader) }),
  );
  const queries = kinds.flatMap(({ sql }) => [
    printing(`SELECT pg_catalog.string_agg(${line}, E'\\n') AS text FROM (${sql}) listed`, 'public'),
    RESET_SEARCH_PATH,
  ]);
  const empty = noObjects();
  let isPinned = false;

  return async () => {
    try {
      if (!isPinned) await connection.query(pinnedForSession());
      isPinned = true;
      const answers = await statements(connection, [BEGIN, ...queries]);
      const texts = answers.filter(({ command }) => command === 'SELECT');
      const objects: Record<Kind, readonly AnyObject[]> = { ...empty };
      kinds.forEach(({ kind, parse }, at) => {
        const [row] = rowsOf<{ text: string | null }>(texts[at]);
        objects[kind] = parse(row?.text ?? '');
      });
      return { namespaces: NAMESPACES, objects: objects as unknown as Schema['objects'] };
    } finally {
      // The server does this before the next statement of the connection.
      void closeReading(connection);
    }
  };
}

/**
 * Parses the lists of a kind. Most lists are as before, and a down migration brings back the one before its up migration.
 * Of another list, only the lines that were never seen are parsed: equal objects are the same reference.
 */
function listParser(kind: Kind, { map }: Reader<AnyObject, never>): (text: string) => readonly AnyObject[] {
  const known = new Map<string, AnyObject | undefined>();
  let recent: readonly { readonly text: string; readonly objects: readonly AnyObject[] }[] = [];
  const objectOf = (line: string): AnyObject | undefined => {
    if (known.has(line)) return known.get(line);
    const object = map(JSON.parse(line) as never);
    known.set(copyOf(line), object);
    return object;
  };
  return (text) => {
    const found = recent.find((list) => list.text === text);
    if (found) return found.objects;
    const lines = text === '' ? [] : text.split('\n');
    const unordered = lines.map(objectOf).filter((object) => object !== undefined);
    const objects = inCanonicalOrder(kind, unordered as never, NAMESPACES);
    recent = [{ text, objects }, ...recent.slice(0, 1)];
    return objects;
  };
}

/** V8 keeps the whole text in memory as long as a part of it. A copy is a string of its own. */
const copyOf = (part: string): string => Buffer.from(part).toString();
