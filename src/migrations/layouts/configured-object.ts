/**
 * The strings of an object in the configuration of a tool, which is read and not run: `migrations: { table: 'x' }` in JSON,
 * JavaScript and TypeScript. A value that is not a string literal is undefined.
 */
export function stringsOf(key: string, text: string): ReadonlyMap<string, string | undefined> {
  const [, block = ''] = new RegExp(`["']?\\b${key}["']?\\s*:\\s*\\{([^}]*)\\}`).exec(text) ?? [];
  const entries = block.matchAll(/(["']?)(:?\w+)\1\s*:\s*(?:(["'`])([^"'`]*)\3)?/g);
  return new Map([...entries].map(([, , name = '', , value]) => [name, value]));
}
