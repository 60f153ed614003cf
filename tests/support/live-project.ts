import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { connect } from '#src/scratch/client.js';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import type { ScratchServer } from '#src/scratch/types.js';
import { driftmarkHere } from './in-process.js';

const STORY = path.resolve('fixtures/stories/stale');

/** The migrations of the project, and how the tool that runs them in production calls them. */
export const MIGRATIONS = [
  '20260101090000_orders',
  '20260301100000_widen_total',
  '20260305090000_currency',
] as const;

/** A project with migrations and the report of them, in a folder that goes with `remove`. */
export interface LiveProject {
  readonly dir: string;
  /** A copy, with other files in it; `undefined` takes a file or folder away. */
  readonly copy: (files?: Readonly<Record<string, string | undefined>>) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function liveProject(): Promise<LiveProject> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dm-project-'));
  const dir = path.join(folder, 'project');
  await cp(STORY, dir, { recursive: true });
  await rm(path.join(dir, 'check.txt'));
  const { code, stderr } = await driftmarkHere(['update', '--no-down'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  let copies = 0;
  return {
    dir,
    copy: async (files = {}) => {
      const copied = path.join(folder, `copy-${copies++}`);
      await cp(dir, copied, { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(copied, name);
        if (text === undefined) await rm(file, { recursive: true });
        else await writeFile(file, text);
      }
      return copied;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** What the first `count` migrations do. */
export async function upTo(count: number): Promise<string> {
  const files = MIGRATIONS.slice(0, count).map((name) =>
    readFile(path.join(STORY, 'migrations', `${name}.up.sql`), 'utf8'),
  );
  return (await Promise.all(files)).join('\n');
}

export interface LiveDatabase {
  readonly name: string;
  readonly url: (user?: string) => string;
  readonly connection: ConnectionSettings;
  readonly sql: (text: string) => Promise<void>;
}

/** A database that SQL made, on a server of the test's. */
export async function liveDatabase(server: ScratchServer, sql: string): Promise<LiveDatabase> {
  const { connection } = await server.createDatabase();
  const database: LiveDatabase = {
    name: connection.database,
    connection,
    url: (user = connection.user) =>
      `postgres://${user}@/${connection.database}?host=${encodeURIComponent(connection.host)}&port=${connection.port}`,
    sql: (text) =>
      onConnection(connection, async (client) => {
        await client.query(text);
      }),
  };
  await database.sql(sql);
  return database;
}

async function onConnection<T>(connection: ConnectionSettings, use: (client: Client) => Promise<T>) {
  const client = await connect(connection, new AbortController().signal);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
