import { afterAll, beforeAll } from 'vitest';
import type { CliResult } from './cli.js';
import { driftmarkHere } from './in-process.js';
import { liveDatabase, liveProject, upTo, type LiveDatabase, type LiveProject } from './live-project.js';
import { startServer, type TestServer } from './own-server.js';

/** The variables without which a command cannot start a scratch server. */
export const NO_SCRATCH: NodeJS.ProcessEnv = { DRIFTMARK_POSTGRES_BIN: '/nonexistent' };

/** A project, and a server with a database that matches the report of the project, for the tests of a file. */
export interface LiveCheck {
  readonly project: LiveProject;
  /** A copy of the project without its migrations, so that changes get no verdicts. */
  readonly reportOnly: string;
  /** The database after all migrations. */
  readonly head: LiveDatabase;
  /** Options that use the same server as the scratch server. */
  readonly scratch: NodeJS.ProcessEnv;
}

/** Creates both before the tests of a file, and removes them after the tests. */
export function liveCheck() {
  let test: TestServer | undefined;
  let made: LiveCheck | undefined;
  const here = (): LiveCheck => {
    if (!made) throw new Error('The project exists only while the tests of the file run.');
    return made;
  };
  const databaseFrom = (sql: string) => {
    if (!test) throw new Error('The server exists only while the tests of the file run.');
    return liveDatabase(test.server, sql);
  };
  beforeAll(async () => {
    test = await startServer();
    const project = await liveProject();
    const head = await databaseFrom(await upTo(3));
    const reportOnly = await project.copy({ migrations: undefined });
    made = { project, head, reportOnly, scratch: { DRIFTMARK_SCRATCH_URL: head.url() } };
  });
  afterAll(async () => {
    await made?.project.remove();
    await test?.stop();
  });
  return {
    here,
    databaseFrom,
    /** The database after the first migrations, with some additional objects. */
    databaseOf: async (count: number, sql = '') => databaseFrom(`${await upTo(count)}; ${sql}`),
    check: (
      database: Pick<LiveDatabase, 'url'>,
      args: readonly string[] = [],
      { cwd = here().project.dir, env = here().scratch } = {},
    ): Promise<CliResult> => driftmarkHere(['check', '--url', database.url(), ...args], { cwd, env }),
  };
}
