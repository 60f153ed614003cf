import { once } from 'node:events';
import http from 'node:http';
import type net from 'node:net';
import type { TestProject } from 'vitest/node';
import type { Provider } from '../support/shared/provider.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests ask for what they share; see `tests/support/shared/ask.ts`. */
    readonly shared: string;
  }
}

/**
 * Lets all test files of a run share what is slow to start: one PostgreSQL server per major version, the databases
 * that tests begin with, and prepared data directories. Each is made when the first test asks for it, and everything
 * ends with the run.
 */
export default async function servers({ provide }: TestProject): Promise<() => Promise<void>> {
  let provider: Provider | undefined;
  const listener = http.createServer((request, response) => {
    void (async () => {
      // Loads `dist`, which is built by now.
      provider ??= (await import('../support/shared/provider.js')).makeProvider();
      const answer = await provider
        .get(request.url ?? '')
        .catch((error: unknown) => ({ error: error instanceof Error ? error.stack : String(error) }));
      response.end(JSON.stringify(answer));
    })();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  provide('shared', `http://127.0.0.1:${(listener.address() as net.AddressInfo).port}`);
  return async () => {
    listener.close();
    await provider?.stop();
  };
}
