import os from 'node:os';
import parse from 'pg-connection-string';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { DriftmarkError } from '../../errors.js';

/**
 * Reads a scratch URL as node-postgres would, but takes nothing from the environment. Without a database
 * it means `postgres`, which every server has.
 *
 * @throws DriftmarkError `usage`; the message does not repeat the URL, which may hold a password.
 */
export function parseScratchUrl(url: string): ConnectionSettings {
  // No cause: errors about URLs quote them.
  if (!/^postgres(ql)?:\/\//.test(url)) throw invalid('it does not begin with postgres://');
  let parts: parse.ConnectionOptions;
  try {
    parts = parse.parse(url);
  } catch {
    throw invalid('it cannot be parsed, or names a certificate file that cannot be read');
  }
  // Parts that are missing may be empty strings.
  const port = Number(given(parts.port) ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('its port is not a number');
  return {
    host: given(parts.host) ?? 'localhost',
    port,
    user: given(parts.user) ?? os.userInfo().username,
    database: given(parts.database) ?? 'postgres',
    ...(parts.password && { password: parts.password }),
    ssl: (parts.ssl as ConnectionSettings['ssl'] | undefined) ?? false,
  };
}

function given(part: string | null | undefined): string | undefined {
  return part === null || part === '' ? undefined : part;
}

function invalid(why: string): DriftmarkError {
  return new DriftmarkError('usage', `the scratch URL is not valid: ${why}`, {
    remedy: 'give one such as --scratch-url postgres://user:password@localhost:5432/postgres',
  });
}
