import type pg from 'pg';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { codeOf, messageOf } from '../../postgres/query-error.js';
import { connect } from '../client.js';
import { DriftmarkError } from '../../errors.js';

/** driftmark's session on the user's server. */
export interface Session {
  /** The connection. A new one if the last one broke, because the scratch databases must be dropped. */
  readonly client: () => Promise<pg.Client>;
  readonly end: () => Promise<void>;
}

/**
 * Connects. An abort stops only the connection attempt. Later, it must not prevent dropping databases.
 *
 * @throws DriftmarkError `connection-failed`, or `server-unsupported` for a server that is not PostgreSQL.
 */
export async function openSession(settings: ConnectionSettings, signal: AbortSignal): Promise<Session> {
  let current: pg.Client | undefined;
  const client = async (until = new AbortController().signal): Promise<pg.Client> => {
    if (current) return current;
    try {
      const opened = await connect(settings, until);
      // The database may define its own operators and functions. driftmark must never call them.
      await opened.query('SET search_path = pg_catalog, pg_temp');
      opened.once('end', () => {
        current = undefined;
      });
      return (current = opened);
    } catch (error) {
      throw connectionFailure(settings, error);
    }
  };
  await client(signal);
  return { client: () => client(), end: async () => current?.end() };
}

function connectionFailure(settings: ConnectionSettings, error: unknown): DriftmarkError {
  const server = `${settings.host}:${settings.port}`;
  const message = messageOf(error);
  if (message.includes('invalid response')) {
    return new DriftmarkError(
      'server-unsupported',
      `The scratch server ${server} does not speak PostgreSQL's protocol.`,
      {
        remedy: 'Check the host and the port of the scratch URL.',
      },
    );
  }
  const code = codeOf(error);
  const where = `${server}, database ${settings.database}, as ${settings.user}`;
  return new DriftmarkError('connection-failed', `Could not connect to the scratch server at ${where}.`, {
    details: [
      { label: 'reason', text: message },
      ...(code === undefined ? [] : [{ label: 'code', text: code }]),
    ],
    remedy: remedyFor(code, message),
    cause: error,
  });
}

function remedyFor(code: string | undefined, message: string): string {
  if (code === '28P01' || code === '28000') return 'Check the user and the password in the scratch URL.';
  if (code === '3D000') return 'Use a database that exists in the scratch URL, such as /postgres.';
  if (/SSL|TLS|certificate|self.signed/i.test(message)) {
    return 'Check the TLS parameters of the scratch URL: ?sslmode=disable, ?sslmode=no-verify, or ?sslrootcert=<file>.';
  }
  if (/closed the connection|ECONNRESET/.test(message)) {
    return 'Check that PostgreSQL listens at the host and the port of the scratch URL.';
  }
  return 'Check that the server is running, and check the host and the port of the scratch URL.';
}
