import { HISTORY_TABLES, type HistoryTable } from '../history-tables.js';
import type { MigrationCommand, MigrationsFolder } from '../layouts/layout.js';

/** The value of `layout` in results. */
const COMMAND_LAYOUT = 'command';

/**
 * History tables whose names are too general for other migrations: a command may run any tool. With their sequences.
 */
export const COMMAND_HISTORY_TABLES: readonly HistoryTable[] = HISTORY_TABLES.filter(
  ({ isAmbiguous }) => isAmbiguous === true,
).flatMap(({ tool, table }) => [
  { tool, table },
  { tool, table: `${table}_*_seq` },
]);

/**
 * A command in the form of a migrations folder: its only migration is the whole command, which has no down.
 *
 * @param dir absolute path of the package
 * @param file absolute path of the config that has the command, for messages
 */
export const commandFolder = (command: MigrationCommand, dir: string, file: string): MigrationsFolder => ({
  layout: COMMAND_LAYOUT,
  dir,
  migrations: [{ name: command.command, file, hasDown: false }],
  session: 'reset',
  historyTables: COMMAND_HISTORY_TABLES,
  notices: [],
  command,
});
