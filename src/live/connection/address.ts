import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DriftmarkError } from '../../errors.js';
import { SSL_MODES, type SslMode, type TlsSettings } from './tls.js';

/** What a server must be to count, as libpq's `target_session_attrs` has it. PostgreSQL manual, 32.1.2. */
const SESSION_ATTRS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttrs = (typeof SESSION_ATTRS)[number];

/** Where a live database is, and how it is reached. */
export interface Address {
  /** Tried in this order. A host that begins with `/` is the folder of a unix socket. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly database: string;
  /** Absent: looked up in the password file. */
  readonly password?: string;
  readonly tls: TlsSettings;
  readonly sessionAttrs: SessionAttrs;
  /** Seconds for each host. */
  readonly connectTimeout: number;
}

const CONNECT_TIMEOUT_S = 10;

/**
 * An address from a connection URL as libpq takes it, several hosts included; what the URL does not say comes from
 * the `PG*` variables, as psql has it. PostgreSQL manual, 32.1.1.2 and 32.15. Parameters that mean nothing to a
 * reader (those of other drivers and pools) are passed over.
 * @throws {DriftmarkError} `usage`; the message never repeats the URL, which may hold a password.
 */
export function parseAddress(url: string, env: NodeJS.ProcessEnv): Address {
  const match = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url);
  if (!match) throw invalid('it does not look like postgres://user@host:5432/database');
  const [, login = '', authority = '', database = '', query = ''] = match;
  const parameters = new URLSearchParams(query);
  const [user, ...password] = login.split(':');
  const given: Given = {
    get: (name) => parameters.get(name) ?? undefined,
    hosts: authority === '' ? undefined : authority.split(',').map(parseHost),
    user: decoded(user ?? ''),
    password: password.length === 0 ? undefined : decoded(password.join(':')),
    database: decoded(database),
  };
  return complete(given, env);
}

/** An address from the `PG*` variables alone; undefined where none of them says where. */
export function addressFromEnvironment(env: NodeJS.ProcessEnv): Address | undefined {
  const says = ['PGHOST', 'PGHOSTADDR', 'PGDATABASE', 'PGPORT', 'PGUSER'].some(
    (name) => (env[name] ?? '') !== '',
  );
  return says ? complete({ get: () => undefined }, env) : undefined;
}

/** The address as people may see it: without a password. */
export function labelOf({ hosts, user, database }: Address): string {
  const places = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return `${user}@${places.join(',')}/${database}`;
}

interface Given {
  readonly get: (parameter: string) => string | undefined;
  readonly hosts?: readonly { readonly host: string; readonly port?: string }[] | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
}

function complete({ get, ...given }: Given, env: NodeJS.ProcessEnv): Address {
  const value = (parameter: string, variable: string) => nonEmpty(get(parameter)) ?? nonEmpty(env[variable]);
  const user = nonEmpty(given.user) ?? value('user', 'PGUSER') ?? os.userInfo().username;
  const password = given.password ?? get('password') ?? nonEmpty(env.PGPASSWORD);
  return {
    hosts: hostsOf(
      given.hosts,
      value('hostaddr', 'PGHOSTADDR') ?? value('host', 'PGHOST'),
      value('port', 'PGPORT'),
    ),
    user,
    database: nonEmpty(given.database) ?? value('dbname', 'PGDATABASE') ?? user,
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

function hostsOf(inUrl: Given['hosts'], elsewhere: string | undefined, ports: string | undefined) {
  const fromUrl = inUrl?.filter(({ host }) => host !== '') ?? [];
  const hosts: NonNullable<Given['hosts']> =
    fromUrl.length > 0
      ? fromUrl
      : (elsewhere ?? usualSocket()).split(',').map((host) => ({
          host: host.trim(),
          ...(inUrl?.[0]?.port !== undefined && { port: inUrl[0].port }),
        }));
  const list = ports?.split(',') ?? [];
  return hosts.map(({ host, port }, at) => ({
    host,
    port: portOf(nonEmpty(port) ?? nonEmpty(list[at]) ?? nonEmpty(list[0]) ?? '5432'),
  }));
}

/** Where libpq looks for a server when nothing says where: Debian's folder, PostgreSQL's own, else TCP. */
const usualSocket = () =>
  ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(path.join(folder, '.s.PGSQL.5432'))) ??
  'localhost';

function parseHost(text: string): { host: string; port?: string } {
  const [, bracketed, bare, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  if (bracketed === undefined && bare === undefined)
    throw invalid('an IPv6 address stands in brackets: [::1]');
  return { host: decoded(bracketed ?? bare ?? ''), ...(port !== undefined && { port }) };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('its port is not a number');
  return port;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('a % in it is no percent-encoding (write %25 for it)');
  }
}

/** A certificate's file: the one that is named, else libpq's usual one where it is there. */
function file<K extends string>(key: K, named: string | undefined, usual: string) {
  if (named === 'system') return {};
  const found = named ?? path.join(os.homedir(), '.postgresql', usual);
  return named !== undefined || existsSync(found) ? ({ [key]: found } as Record<K, string>) : {};
}

function oneOf<V extends string>(text: string, all: readonly V[], name: string): V {
  const found = all.find((each) => each === (text === 'no-verify' ? 'require' : text));
  if (found === undefined) throw invalid(`its ${name} is none of ${all.join(', ')}`);
  return found;
}

const number = (text: string | undefined) =>
  text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text);
const nonEmpty = (text: string | undefined) => (text === '' ? undefined : text);

function invalid(why: string): DriftmarkError {
  return new DriftmarkError('usage', `The database's URL is not valid: ${why}.`, {
    remedy: 'Give one such as postgres://reader@db.example.com:5432/app?sslmode=verify-full.',
  });
}
