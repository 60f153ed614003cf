/**
 * Why reading or writing failed, without the path, which messages name in their own way.
 * @example 'permission denied (EACCES)' for Node's `EACCES: permission denied, open '/etc/shadow'`
 */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, code, reason] = /^(E[A-Z0-9]+): ([^,]+)(?:, [^]*)?$/.exec(message) ?? [];
  return code === undefined || reason === undefined ? message : `${reason} (${code})`;
}
