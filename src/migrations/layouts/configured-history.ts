/** History tables whose names the configuration of a tool chose. */
import type { FolderListing } from '../folder-listing.js';
import { HISTORY_TABLES, type HistoryTable } from '../history-tables.js';

/**
 * The usual history table of a tool under another name, which may be qualified: `meta.migrations`. None if the
 * configuration has no name.
 */
export function renamedHistory(tool: string, name: string | undefined): readonly HistoryTable[] {
  const usual = HISTORY_TABLES.find((each) => each.tool === tool && each.nameColumn !== undefined);
  if (usual === undefined || name === undefined || name === '') return [];
  const [table = '', schema] = name.replaceAll('"', '').split('.').reverse();
  const { isAmbiguous: _isAmbiguous, schema: _schema, ...rest } = usual;
  return [{ ...rest, table, ...(schema !== undefined && { schema }) }];
}

/** The value of a variable in the nearest `.env` file, which some tools read by themselves. */
export async function variableIn(folder: FolderListing, name: string): Promise<string | undefined> {
  const file = await folder.above('.env');
  const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(["']?)([^"'\\n#]*)\\1`, 'm');
  return line.exec(file?.text ?? '')?.[2]?.trim();
}
