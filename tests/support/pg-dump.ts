import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { cleanEnv } from './cli.js';
import { newerClient } from './debian-packages.js';
import { postgresBin, POSTGRES_MAJORS } from './postgres-versions.js';

const exec = promisify(execFile);

/** PostgreSQL's own tools, and the binaries of a server that they can read. */
export interface PostgresTools {
  readonly pgDump: string;
  readonly psql: string;
  /** Their version. */
  readonly major: number;
  /** The folder of server binaries: installed ones, which know lz4, where there are any. */
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

/** Finds them where packagers put them, then on `PATH`; or says why there are none. */
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

/** Debian's folders, newest first. */
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

/** What `pg_dump --schema-only` prints of a database, without the lines that differ from run to run. */
export async function dump({ pgDump }: PostgresTools, connection: ConnectionSettings): Promise<string> {
  const { stdout } = await exec(pgDump, ['--schema-only', ...connectionArguments(connection)], {
    maxBuffer: 1024 ** 3,
    env: environment(connection),
  });
  return stdout.replace(/^\\(un)?restrict .*$/gm, '');
}

/** Runs a dump in an empty database. */
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
