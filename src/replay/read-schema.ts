import picomatch from 'picomatch';
import { incrementalReader } from '../introspect/incremental/incremental-reader.js';
import { backstageReader } from '../introspect/backstage-reader.js';
import { rowsOf, statements, type Connection } from '../introspect/statements.js';
import {
  HISTORY_TABLE_GLOBS,
  HISTORY_TABLES,
  likePatterns,
  type HistoryTable,
} from '../migrations/history-tables.js';
import { COMMAND_HISTORY_TABLES, type MigrationsFolder } from '../migrations/migrations.js';
import { NO_HOME } from '../introspect/search-path.js';
import { withExternalObjects } from '../schema/external-objects.js';
import type { Schema } from '../schema/model.js';
import type { BuildPlan } from './environment.js';
import { externalAdditions } from './external-additions.js';
import { platformOf, withoutPlatform } from './platforms/platforms.js';

/**
 * The history tables of knex, as LIKE patterns: what a live database is read without. Presets ignore those of other
 * tools.
 */
export const HISTORY_TABLE_PATTERNS = likePatterns(['knex_migrations*']);

/**
 * The history tables that a report leaves out, as LIKE patterns: those of every tool, and those that the project
 * names.
 */
export const historyPatterns = ({
  historyTables,
}: Pick<MigrationsFolder, 'historyTables'>): readonly string[] =>
  likePatterns([...HISTORY_TABLE_GLOBS, ...ownNames(historyTables)]);

/** A table in a schema of its own is not mistaken for a table of the project with the same name. */
const ownNames = (own: readonly HistoryTable[]): readonly string[] =>
  own.filter(({ schema = 'public' }) => schema === 'public').map(({ table }) => table);

/** Schemas that a migration tool creates for itself. */
const TOOL_SCHEMAS = new Set(HISTORY_TABLES.flatMap(({ schema }) => schema ?? []));

export const isToolSchema = (name: string): boolean => TOOL_SCHEMAS.has(name);

/**
 * The history tables that a live database is read without, as LIKE patterns.
 *
 * @param own those whose names the project's configuration chose
 */
export const liveHistoryPatterns = (
  isByCommand: boolean,
  own: readonly HistoryTable[] = [],
): readonly string[] =>
  isByCommand
    ? historyPatterns({ historyTables: COMMAND_HISTORY_TABLES })
    : [...HISTORY_TABLE_PATTERNS, ...likePatterns(ownNames(own))];

/** A predicate for schema names that match a list of names or globs. Undefined without a list. */
export const schemaMatcher = (schemas: readonly string[] | undefined) =>
  schemas === undefined ? undefined : picomatch([...schemas]);

/**
 * Returns a function that reads the part of a database's schema that a target's report covers. It can be called
 * repeatedly. What is in other schemas now counts as not made by the migrations.
 */
export async function schemaReader(
  connection: Connection,
  { target, folder, format }: Pick<BuildPlan, 'target' | 'folder' | 'format'>,
): Promise<() => Promise<Schema>> {
  const { schemas, extensionVersions = false } = target.settings;
  const historyTables = historyPatterns(folder);
  const verify = process.env.DRIFTMARK_VERIFY_READINGS === '1';
  if (format === 'backstage') return backstageReader(connection, { historyTables, verify });
  const platform = platformOf(target);
  const isNamed = schemaMatcher(schemas) ?? ((name: string) => platform?.schemas.includes(name) !== true);
  const covers = (name: string) => isNamed(name) && !(folder.command && TOOL_SCHEMAS.has(name));
  const read = incrementalReader(connection, { covers, historyTables, extensionVersions, verify });
  const own = platform ? async () => withoutPlatform(await read(), platform) : read;
  // Without a platform and a set-up file, no other schema exists before the migrations.
  if (platform === undefined && (target.settings.setup === undefined || schemas === undefined)) return own;
  const [user] = await statements(connection, ['SELECT current_user AS name;']);
  const [migrator] = rowsOf<{ name: string }>(user);
  const readExternal = incrementalReader(connection, {
    ...(migrator && { ownerOfMost: migrator.name }),
    covers: (name) => !covers(name) && !TOOL_SCHEMAS.has(name),
    historyTables,
    home: NO_HOME,
    verify,
  });
  const before = await readExternal();
  const includesNew = schemas === undefined;
  return async () => {
    const schema = await own();
    return withExternalObjects(schema, externalAdditions(before, await readExternal(), includesNew));
  };
}
