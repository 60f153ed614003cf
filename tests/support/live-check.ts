import { afterAll, beforeAll } from 'vitest';
import type { CliResult } from './cli.js';
import { driftmarkHere } from './in-process.js';
import { liveDatabase, liveProject, upTo, type LiveDatabase, type LiveProject } from './live-project.js';
import { startServer, type TestServer } from './own-server.js';

/** What would give a scratch server away: there is none to be had. */
export const NO_SCRATCH: NodeJS.ProcessEnv = { DRIFTMARK_POSTGRES_BIN: '/nonexistent' };

/** A project and a server with a database that is as its report says, for the tests of a file. */
export interface LiveCheck {
  readonly project: LiveProject;
  /** A copy of the project without its migrations: nothing is explained there. */
  readonly reportOnly: string;
  /** What all migrations made. */
  readonly head: LiveDatabase;
  /** Lets migrations be tried on the same server. */
  readonly scratch: NodeJS.ProcessEnv;
}

/** Sets them up before the tests of a file, and takes them down after them. */
export function liveCheck() {
  let test: TestServer | undefined;
  let made: LiveCheck | undefined;
  const here = (): LiveCheck => {
    if (!made) throw new Error('It is there while the tests of the file run.');
    return made;
  };
  const databaseFrom = (sql: string) => {
    if (!test) throw new Error('It is there while the tests of the file run.');
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
    /** What the first migrations made, and more. */
    databaseOf: async (count: number, sql = '') => databaseFrom(`${await upTo(count)}; ${sql}`),
    check: (
      database: Pick<LiveDatabase, 'url'>,
      args: readonly string[] = [],
      { cwd = here().project.dir, env = here().scratch } = {},
    ): Promise<CliResult> => driftmarkHere(['check', '--url', database.url(), ...args], { cwd, env }),
  };
}
