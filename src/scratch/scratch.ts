import { interrupted } from '../errors.js';
import { scratchError } from './client.js';
import type { OpenServer, ScratchOptions, ScratchServer } from './types.js';

export type {
  ClusterState,
  IsOurs,
  ScratchDatabase,
  ScratchEnvironment,
  ScratchOptions,
  ScratchServer,
  WithScratchServer,
} from './types.js';

/**
 * Starts (or connects to) a scratch server, hands it to `use`, and cleans up in every case: databases
 * dropped, the embedded server's process and folder gone. A clean-up that fails becomes a notice and
 * hides neither the result nor the first error.
 *
 * When `options.signal` is aborted, the server is stopped without waiting for `use`, whose outcome is
 * then ignored.
 *
 * @throws DriftmarkError `scratch-unavailable` (no server available: binaries, account, privileges),
 * `scratch-failed` (it did not start, or a database could not be created), `connection-failed`,
 * `server-too-old`, `server-unsupported`, `config`, `interrupted`; and whatever `use` throws.
 * @public
 */
export function withScratchServer<T>(
  options: ScratchOptions,
  use: (server: ScratchServer) => Promise<T>,
): Promise<T> {
  return withStartingServer(options, async (server) => use(await server));
}

/**
 * The same for work that does not need the server immediately: `use` begins while the server starts, and gets a start
 * error when it waits for the server. If `use` ends without waiting for the server, the start is cancelled.
 */
export async function withStartingServer<T>(
  options: ScratchOptions,
  use: (server: Promise<ScratchServer>) => Promise<T>,
): Promise<T> {
  const abort = abortion(options.signal);
  const over = new AbortController();
  try {
    const opening = openServer(options, AbortSignal.any([abort.signal, over.signal]));
    const server = opening.then((open) => open.server);
    server.catch(() => undefined); // reported where it is awaited
    try {
      return await Promise.race([use(server), abort.happened]);
    } finally {
      over.abort();
      const open = await opening.catch(() => undefined);
      await open?.close();
    }
  } catch (error) {
    // An error after an abort is a result of the abort.
    throw abort.signal.aborted ? interrupted() : scratchError(error);
  } finally {
    abort.forget();
  }
}

/** Each engine is loaded only if it is used. */
async function openServer(options: ScratchOptions, signal: AbortSignal): Promise<OpenServer> {
  if (signal.aborted) throw interrupted();
  if (options.engine === 'server') {
    const { openGivenServer } = await import('./external/server.js');
    return openGivenServer(options, signal);
  }
  const { openEmbeddedServer } = await import('./embedded/embedded.js');
  return openEmbeddedServer(options, signal);
}

interface Abortion {
  readonly signal: AbortSignal;
  readonly happened: Promise<never>;
  readonly forget: () => void;
}

function abortion(signal = new AbortController().signal): Abortion {
  let forget = (): void => undefined;
  const happened = new Promise<never>((_, reject) => {
    const onAbort = (): void => {
      reject(interrupted());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    forget = () => {
      signal.removeEventListener('abort', onAbort);
    };
  });
  happened.catch(() => undefined);
  return { signal, happened, forget };
}
