import type { Schema } from '../schema/model.js';
import { BACKSTAGE_READERS } from './backstage.js';
import { incrementalReader, type IncrementalReaderOptions } from './incremental/incremental-reader.js';
import { closeReading } from './introspect.js';
import { historyTableRelations } from './namespaces.js';
import { readKinds } from './read-kinds.js';
import { BEGIN, pinned } from './settings.js';
import type { Connection } from './statements.js';

/** With more objects, finding out what changed takes less time than reading everything again. */
const SMALL = 400;

const PUBLIC = `SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'`;

/**
 * Reads the schema `public` repeatedly, in the detail of the format `backstage`. As long as it is small, all of it is
 * read in one round trip: its four queries find out by themselves what is covered.
 * @param connection that prepares its queries.
 */
export function backstageReader(
  connection: Connection,
  options: Omit<IncrementalReaderOptions, 'covers' | 'detail'>,
): () => Promise<Schema> {
  const scope = {
    versionNum: 0,
    namespaces: PUBLIC,
    excludedRelations: historyTableRelations(options.historyTables),
    extensionVersions: false,
  };
  const namespaces = ['public'];
  const readWhole = async (): Promise<Schema> => {
    try {
      const objects = await readKinds(connection, scope, BACKSTAGE_READERS, {
        opening: `${BEGIN} ${pinned()}`,
        deparseSettings: '',
        home: 'public',
        namespaces,
        isSmall: true,
      });
      return { namespaces, objects: objects() };
    } finally {
      // The server does this before the next statement of the connection.
      void closeReading(connection);
    }
  };
  const covers = (namespace: string) => namespace === 'public';
  const readChanges = incrementalReader(connection, { ...options, covers, detail: 'backstage' });
  let isSmall = options.verify !== true;
  return async () => {
    if (!isSmall) return readChanges();
    const schema = await readWhole();
    isSmall = Object.values(schema.objects).reduce((sum, { length }) => sum + length, 0) < SMALL;
    return schema;
  };
}
