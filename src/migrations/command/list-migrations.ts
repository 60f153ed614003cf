import { stripVTControlCharacters } from 'node:util';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import type { MigrationsFolder } from '../layouts/layout.js';
import { withListed } from './command.js';
import { runCommand } from './run-command.js';

/**
 * The folder of a command with the migrations that `steps.list` prints. Without `steps`, the folder as it is.
 *
 * @param connection a new database: some tools read their history table to list migrations
 * @throws DriftmarkError `migration-failed` if the command fails, or does not print different names
 */
export async function listMigrations(
  folder: MigrationsFolder,
  connection: ConnectionSettings,
  {
    projectDir,
    signal = new AbortController().signal,
  }: { readonly projectDir: string; readonly signal?: AbortSignal },
): Promise<MigrationsFolder> {
  const { command, migrations } = folder;
  if (!command?.steps) return folder;
  const stdout: string[] = [];
  const { failure } = await runCommand({
    command: command.steps.list,
    setting: SETTING,
    connection,
    projectDir,
    file: migrations[0]?.file ?? projectDir,
    timeout: command.timeout === undefined ? undefined : command.timeout * 1000,
    signal,
    onStdoutLine: (line) => stdout.push(line),
  });
  const names = stdout.map((line) => stripVTControlCharacters(line).trim()).filter((line) => line !== '');
  const known = new Set<string>();
  const twice = names.find((name) => known.size === known.add(name).size);
  if (names.length === 0)
    throw failure('The command that lists the migrations printed nothing.', `Correct \`${SETTING}\`.`);
  if (twice !== undefined)
    throw failure(
      `The command that lists the migrations printed ${twice} twice.`,
      `Correct \`${SETTING}\` so that it prints one name per line and nothing else.`,
    );
  const json = names.find((name) => /^[[{]/.test(name));
  if (json !== undefined)
    throw failure(
      `The command that lists the migrations printed JSON: ${json.slice(0, 60)}`,
      `Correct \`${SETTING}\` so that it prints one name per line, for example with \`| jq -r '.[].name'\`.`,
    );
  return withListed(folder, names);
}

const SETTING = 'migrations.steps.list';
