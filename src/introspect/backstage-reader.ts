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

/**
 * Reads everything each time. The server lists each kind as one text, which is parsed once: most kinds are as before, and
 * a down migration brings back what was read before the up migration.
 */
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
  const readers = Object.entries(BACKSTAGE_READERS) as [Kind, Reader<AnyObject, never>][];
  const queries = readers.flatMap(([, { sql }]) => [
    printing(
      `SELECT ${textOf('json', 'pg_catalog.json_agg(listed)')} AS text FROM (${sql(scope)}) listed`,
      'public',
    ),
    RESET_SEARCH_PATH,
  ]);
  const known = new Map<string, readonly AnyObject[]>();
  let isPinned = false;

  const listOf = (kind: Kind, { map }: Reader<AnyObject, never>, text: string): readonly AnyObject[] => {
    const key = `${kind} ${text}`;
    const found = known.get(key);
    if (found) return found;
    const objects = (JSON.parse(text) as never[]).flatMap((row) => map(row) ?? []);
    const ordered = inCanonicalOrder(kind, objects as never, NAMESPACES);
    known.set(key, ordered);
    return ordered;
  };

  return async () => {
    try {
      if (!isPinned) await connection.query(pinnedForSession());
      isPinned = true;
      const answers = await statements(connection, [BEGIN, ...queries]);
      const texts = answers.filter(({ command }) => command === 'SELECT');
      const objects = noObjects() as Record<Kind, readonly AnyObject[]>;
      readers.forEach(([kind, reader], at) => {
        const [row] = rowsOf<{ text: string | null }>(texts[at]);
        objects[kind] = listOf(kind, reader, row?.text ?? '[]');
      });
      return { namespaces: NAMESPACES, objects: objects as unknown as Schema['objects'] };
    } finally {
      // The server does this before the next statement of the connection.
      void closeReading(connection);
    }
  };
}
