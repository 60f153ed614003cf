import {
  COMMAND_HISTORY_TABLES,
  HISTORY_TABLE_GLOBS,
  HISTORY_TABLES,
  likePatterns,
  type HistoryTable,
} from './history-tables.js';
import type { MigrationsFolder } from './layouts/layout.js';

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
