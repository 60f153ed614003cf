import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { mallocSettings } from '../../util/malloc-settings.js';

/** Those that would lead to, or bend the connection with, a database other than the scratch one. */
const foreign = /^(PG.*|DATABASE_URL|DRIFTMARK_URL|DRIFTMARK_SCRATCH_URL)$/i;

/**
 * The environment in which migrations run: the user's own, without any way to a database.
 * The time zone is UTC, or the same migrations could give another default elsewhere.
 */
export function migrationEnvironment(base = process.env): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(base)) if (!foreign.test(name)) environment[name] = value;
  return { ...environment, TZ: 'UTC' };
}

/** For the process that runs migrations, but not for the processes that migrations start. */
export const MALLOC_SETTINGS = mallocSettings(128 * 1024);

/**
 * Lets every way to a database that this process's environment knows lead to `connection`: before user code is
 * loaded, and after it, for that may have set some (dotenv, say).
 */
export function setConnectionVariables(connection: ConnectionSettings): void {
  for (const name of Object.keys(process.env))
    if (foreign.test(name)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, connectionVariables(connection));
}

function connectionVariables(connection: ConnectionSettings): Record<string, string> {
  const { host, port, user, password, database } = connection;
  const sslmode = sslMode(connection);
  return {
    DATABASE_URL: connectionUrl(connection),
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGDATABASE: database,
    ...(password !== undefined && { PGPASSWORD: password }),
    ...(sslmode !== undefined && { PGSSLMODE: sslmode }),
  };
}

/**
 * The connection as a URL that node-postgres and libpq understand. The folder of a unix socket goes
 * into the parameter `host` (manual: 32.1.1.2 "Connection URIs").
 */
function connectionUrl(connection: ConnectionSettings): string {
  const { host, port, user, password, database } = connection;
  const login = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':');
  const path = encodeURIComponent(database);
  if (host.startsWith('/')) {
    return `postgresql://${login}@/${path}?host=${encodeURIComponent(host)}&port=${port}`;
  }
  const sslmode = sslMode(connection);
  const address = host.includes(':') ? `[${host}]` : host;
  return `postgresql://${login}@${address}:${port}/${path}${sslmode === undefined ? '' : `?sslmode=${sslmode}`}`;
}

/** The nearest word that node-postgres knows: certificates in memory do not fit into a variable. */
function sslMode({ ssl }: ConnectionSettings): string | undefined {
  if (ssl === undefined || ssl === false) return undefined;
  return ssl !== true && ssl.rejectUnauthorized === false ? 'no-verify' : 'verify-full';
}
