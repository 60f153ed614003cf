import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { cleanEnv } from './cli.js';
import { newerClient } from './debian-packages.js';
import { postgresBin, POSTGRES_MAJORS } from './postgres-versions.js';

const exec = promisify(execFile);

/** The client programs of PostgreSQL, and the server binaries that they support. */
export interface PostgresTools {
  readonly pgDump: string;
  readonly psql: string;
  /** The version of the programs. */
  readonly major: number;
  /** The folder of the server binaries. Installed ones are preferred, because they support lz4. */
  readonly serverBin: string;
  readonly isInstalledServer: boolean;
  readonly unavailable?: undefined;
}

/** The newest `pg_dump` that this machine can have: that of PostgreSQL's newest version, else an installed one. */
export async function newestPostgresTools(): Promise<PostgresTools | { readonly unavailable: string }> {
  const newest = POSTGRES_MAJORS.at(-1) ?? 18;
  const installed = await postgresTools();
  if (installed.unavailable === undefined && installed.major >= newest) return installed;
  const client = await newerClient(newest, 'forky');
  if (client.unavailable !== undefined) return installed;
  const server = await postgresBin(newest);
  if (server.unavailable !== undefined) return installed;
  const [pgDump, psql] = ['pg_dump', 'psql'].map((program) => path.join(client.dir, program));
  if (pgDump === undefined || psql === undefined) return installed;
  return { pgDump, psql, major: newest, serverBin: server.bin, isInstalledServer: false };
}

/** Finds the programs in the folders of packages, then on `PATH`; or returns the reason why they are not available. */
export async function postgresTools(): Promise<PostgresTools | { readonly unavailable: string }> {
  const folders = [...packagedFolders(), ...(process.env.PATH ?? '').split(path.delimiter)];
  const folder = folders.find((each) =>
    ['pg_dump', 'psql'].every((program) => existsSync(path.join(each, program))),
  );
  if (folder === undefined) return { unavailable: 'no pg_dump is installed' };
  const pgDump = path.join(folder, 'pg_dump');
  const { stdout } = await exec(pgDump, ['--version']);
  const own = Number(/ (\d+)/.exec(stdout)?.[1]);
  const tools = { pgDump, psql: path.join(folder, 'psql'), major: own };
  if (['postgres', 'initdb'].every((program) => existsSync(path.join(folder, program))))
    return { ...tools, serverBin: folder, isInstalledServer: true };
  const major = POSTGRES_MAJORS.findLast((each) => each <= own);
  if (major === undefined) return { unavailable: `pg_dump ${own} is older than every supported server` };
  const found = await postgresBin(major);
  if (found.unavailable !== undefined) return found;
  return { ...tools, serverBin: found.bin, isInstalledServer: false };
}

/** The folders of Debian, newest first. */
function packagedFolders(): string[] {
  const above = '/usr/lib/postgresql';
  const majors = existsSync(above) ? readdirSync(above).filter((name) => /^\d+$/.test(name)) : [];
  return majors.sort((a, b) => Number(b) - Number(a)).map((major) => path.join(above, major, 'bin'));
}

const connectionArguments = ({ host, port, user, database }: ConnectionSettings) => [
  `--host=${host}`,
  `--port=${port}`,
  `--username=${user}`,
  `--dbname=${database}`,
];

const environment = ({ password }: ConnectionSettings) =>
  cleanEnv({ LC_ALL: 'C', ...(password !== undefined && { PGPASSWORD: password }) });

/** The output of `pg_dump --schema-only` for a database, without the lines that differ from run to run. */
export async function dump({ pgDump }: PostgresTools, connection: ConnectionSettings): Promise<string> {
  const { stdout } = await exec(pgDump, ['--schema-only', ...connectionArguments(connection)], {
    maxBuffer: 1024 ** 3,
    env: environment(connection),
  });
  return stdout.replace(/^\\(un)?restrict .*$/gm, '');
}

/** Restores a dump in an empty database. */
export async function restore(
  { psql }: PostgresTools,
  connection: ConnectionSettings,
  sql: string,
): Promise<void> {
  const child = exec(
    psql,
    ['--quiet', '--no-psqlrc', '--set=ON_ERROR_STOP=1', ...connectionArguments(connection)],
    { env: environment(connection), maxBuffer: 1024 ** 3 },
  );
  child.child.stdin?.end(sql);
  await child;
}
