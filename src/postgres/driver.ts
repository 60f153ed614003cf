/**
 * Runs something that loads node-postgres. That asks whether it runs on Cloudflare: of `navigator`, which Node has since
 * version 21, and else of a `Response`, for which Node 20 would load all of its `fetch`: a twentieth of the whole command.
 */
export async function loadingDriver<T>(load: () => T | Promise<T>): Promise<T> {
  if ('navigator' in globalThis) return load();
  const navigator = { userAgent: `Node.js/${process.versions.node.split('.', 1)[0] ?? ''}` };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  try {
    return await load();
  } finally {
    Reflect.deleteProperty(globalThis, 'navigator');
  }
}

/** node-postgres, which takes as long to load as a server to start. */
export const loadDriver = () => loadingDriver(() => import('pg'));
