import { withScratchServer, type ScratchServer } from '#src/scratch/scratch.js';

/** A server that lives until it is stopped. */
export interface TestServer {
  readonly server: ScratchServer;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an embedded server for one test file alone: for tests that make or drop roles. Other tests use
 * `sharedServer()`.
 * @param postgresBin The folder of the server binaries. Default: those of the version that driftmark brings.
 */
export function startServer(postgresBin?: string): Promise<TestServer> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((done) => {
      stop = done;
    });
    const scope = withScratchServer(
      {
        engine: 'embedded',
        projectDir: process.cwd(),
        notice: () => undefined,
        ...(postgresBin !== undefined && { postgresBin }),
      },
      async (server) => {
        resolve({
          server,
          stop: async () => {
            stop();
            await scope;
          },
        });
        await stopped;
      },
    );
    scope.catch(reject);
  });
}
