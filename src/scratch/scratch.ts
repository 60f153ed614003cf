import { interrupted } from '../errors.js';
import type { OpenServer, ScratchOptions, ScratchServer } from './types.js';

export type {
  ClusterState,
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
 * @throws DriftmarkError `scratch-unavailable` (no server to be had: binaries, account, privileges),
 * `scratch-failed` (it did not start, or a database could not be made), `connection-failed`,
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
 * The same for work that has something to do before it needs the server: `use` begins while that starts, and
 * meets what keeps it from starting where it waits for it. A start that nobody waited for is broken off.
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
    server.catch(() => undefined); // told where it is waited for
    try {
      return await Promise.race([use(server), abort.happened]);
    } finally {
      over.abort();
      const open = await opening.catch(() => undefined);
      await open?.close();
    }
  } catch (error) {
    // Whatever failed after an abort failed because of it.
    throw abort.signal.aborted ? interrupted() : error;
  } finally {
    abort.forget();
  }
}

/** Each engine is loaded when it is asked for. */
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
