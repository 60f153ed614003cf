import {
  incrementalReader,
  type IncrementalReaderOptions,
} from '../introspect/incremental/incremental-reader.js';
import { backstageReader } from '../introspect/backstage-reader.js';
import { rowsOf, statements, type Connection } from '../introspect/statements.js';
import { historyPatterns, isToolSchema } from '../migrations/history-patterns.js';
import { NO_HOME } from '../introspect/search-path.js';
import { withExternalObjects } from '../schema/external-objects.js';
import type { Schema } from '../schema/model.js';
import { schemaMatcher } from '../schema/schema-matcher.js';
import type { BuildPlan } from './environment.js';
import { externalAdditions } from './external-additions.js';
import { platformOf, withoutPlatform } from './platforms/platforms.js';

/**
 * Returns a function that reads the part of a database's schema that a target's report covers. It can be called
 * repeatedly. What is in other schemas now counts as not made by the migrations.
 */
export async function schemaReader(
  connection: Connection,
  { target, folder, format }: Pick<BuildPlan, 'target' | 'folder' | 'format'>,
  sharing: Pick<IncrementalReaderOptions, 'areWritesCounted' | 'share'> = {},
): Promise<() => Promise<Schema>> {
  const { schemas, extensionVersions = false } = target.settings;
  const historyTables = historyPatterns(folder);
  const verify = process.env.DRIFTMARK_VERIFY_READINGS === '1';
  const changes = { verify, ...sharing };
  if (format === 'backstage') return backstageReader(connection, { historyTables, ...changes });
  const platform = platformOf(target);
  const isNamed = schemaMatcher(schemas) ?? ((name: string) => platform?.schemas.includes(name) !== true);
  const covers = (name: string) => isNamed(name) && !(folder.command && isToolSchema(name));
  const read = incrementalReader(connection, { covers, historyTables, extensionVersions, ...changes });
  const own = platform ? async () => withoutPlatform(await read(), platform) : read;
  // Without a platform and a set-up file, no other schema exists before the migrations.
  if (platform === undefined && (target.settings.setup === undefined || schemas === undefined)) return own;
  const [user] = await statements(connection, ['SELECT current_user AS name;']);
  const [migrator] = rowsOf<{ name: string }>(user);
  const readExternal = incrementalReader(connection, {
    ...(migrator && { ownerOfMost: migrator.name }),
    covers: (name) => !covers(name) && !isToolSchema(name),
    historyTables,
    home: NO_HOME,
    ...changes,
  });
  const before = await readExternal();
  const includesNew = schemas === undefined;
  return async () => {
    const schema = await own();
    return withExternalObjects(schema, externalAdditions(before, await readExternal(), includesNew));
  };
}
