import { COMMAND_HISTORY_TABLES } from '../history-tables.js';
import type { MigrationCommand, MigrationsFolder } from '../layouts/layout.js';

/** The value of `layout` in results. */
const COMMAND_LAYOUT = 'command';

/** Whether driftmark knows the single migrations: with a command, only if it has `steps`. */
export const knowsMigrations = ({ command }: Pick<MigrationsFolder, 'command'>): boolean =>
  command === undefined || command.steps !== undefined;

/**
 * A command in the form of a migrations folder: its only migration is the whole command, which has no down.
 * With `steps`, `withListed` replaces it by the single migrations.
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

/** The folder of a command with the migrations that `steps.list` printed. */
export function withListed(folder: MigrationsFolder, names: readonly string[]): MigrationsFolder {
  const file = folder.migrations[0]?.file ?? folder.dir;
  const hasDown = folder.command?.steps?.down !== undefined;
  return { ...folder, migrations: names.map((name) => ({ name, file, hasDown })) };
}
