import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  invalid,
  parseConnectionUrl,
  parsePort,
  type ConnectionUrl,
  systemUser,
} from '../../postgres/connection-url.js';
import { SSL_MODES, type SslMode, type TlsSettings } from '../../postgres/tls.js';

/**
 * libpq's `target_session_attrs`: what a server must be.
 * https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
const SESSION_ATTRS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttrs = (typeof SESSION_ATTRS)[number];

/** How to reach a live database. */
export interface Address {
  /** Tried in this order. A host that begins with `/` is the folder of a unix socket. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly database: string;
  /** If absent, it is looked up in the password file. */
  readonly password?: string;
  readonly tls: TlsSettings;
  readonly sessionAttrs: SessionAttrs;
  /** Seconds for each host, until it accepts the login. */
  readonly connectTimeout: number;
}

const CONNECT_TIMEOUT_S = 10;

/**
 * The address in a connection URL. The `PG*` variables fill in what the URL leaves out, as psql does it.
 * Parameters of other drivers and pools are ignored.
 * https://www.postgresql.org/docs/18/libpq-envars.html
 * @throws {DriftmarkError} code `usage` if the URL is not valid. The message does not repeat the URL.
 */
export const parseAddress = (url: string, env: NodeJS.ProcessEnv): Address =>
  complete(parseConnectionUrl(url), env);

/** An address from the `PG*` variables; undefined if none of them names a host, port, user or database. */
export function addressFromEnvironment(env: NodeJS.ProcessEnv): Address | undefined {
  const isSet = ['PGHOST', 'PGHOSTADDR', 'PGDATABASE', 'PGPORT', 'PGUSER'].some(
    (name) => (env[name] ?? '') !== '',
  );
  return isSet ? complete({ hosts: [], parameters: new Map() }, env) : undefined;
}

/** The address for messages, without the password: `reader@db.example.com:5432/shop`. */
export function labelOf({ hosts, user, database }: Address): string {
  const places = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return `${user}@${places.join(',')}/${database}`;
}

function complete({ parameters, ...given }: ConnectionUrl, env: NodeJS.ProcessEnv): Address {
  const value = (parameter: string, variable: string) =>
    nonEmpty(parameters.get(parameter)) ?? nonEmpty(env[variable]);
  const user = given.user ?? nonEmpty(env.PGUSER) ?? systemUser();
  const password = given.password ?? nonEmpty(env.PGPASSWORD);
  return {
    hosts: hostsOf(
      given.hosts,
      value('hostaddr', 'PGHOSTADDR') ?? value('host', 'PGHOST'),
      value('port', 'PGPORT'),
    ),
    user,
    database: given.database ?? nonEmpty(env.PGDATABASE) ?? user,
    ...(password !== undefined && { password }),
    tls: {
      mode: oneOf<SslMode>(value('sslmode', 'PGSSLMODE') ?? 'prefer', SSL_MODES, 'sslmode'),
      ...file('rootCertificate', value('sslrootcert', 'PGSSLROOTCERT'), 'root.crt'),
      ...file('certificate', value('sslcert', 'PGSSLCERT'), 'postgresql.crt'),
      ...file('key', value('sslkey', 'PGSSLKEY'), 'postgresql.key'),
    },
    sessionAttrs: oneOf<SessionAttrs>(
      value('target_session_attrs', 'PGTARGETSESSIONATTRS') ?? 'any',
      SESSION_ATTRS,
      'target_session_attrs',
    ),
    connectTimeout: number(value('connect_timeout', 'PGCONNECT_TIMEOUT')) ?? CONNECT_TIMEOUT_S,
  };
}

function hostsOf(
  inUrl: ConnectionUrl['hosts'],
  elsewhere: string | undefined,
  ports: string | undefined,
): Address['hosts'] {
  const named = inUrl.filter(({ host }) => host !== '');
  const hosts =
    named.length > 0
      ? named
      : (elsewhere ?? defaultHost()).split(',').map((host) => ({ ...inUrl[0], host: host.trim() }));
  const list = ports?.split(',') ?? [];
  return hosts.map(({ host, port }, at) => ({
    host,
    port: port ?? parsePort(nonEmpty(list[at]) ?? nonEmpty(list[0]) ?? '5432'),
  }));
}

/** Where libpq looks for a server by default: in the socket folder of Debian, in that of PostgreSQL, else over TCP. */
const defaultHost = () =>
  ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(path.join(folder, '.s.PGSQL.5432'))) ??
  'localhost';

/** A certificate file: the named one, else libpq's default file if it exists. */
function file<K extends string>(key: K, named: string | undefined, usual: string) {
  if (named === 'system') return {};
  const found = named ?? path.join(os.homedir(), '.postgresql', usual);
  return named !== undefined || existsSync(found) ? ({ [key]: found } as Record<K, string>) : {};
}

function oneOf<V extends string>(text: string, all: readonly V[], name: string): V {
  const found = all.find((each) => each === (text === 'no-verify' ? 'require' : text));
  if (found === undefined) throw invalid(`its ${name} is not one of ${all.join(', ')}`);
  return found;
}

const number = (text: string | undefined) =>
  text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text);
const nonEmpty = (text: string | undefined) => (text === '' ? undefined : text);
