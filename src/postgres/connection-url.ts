import os from 'node:os';
import { DriftmarkError } from '../errors.js';

/** A connection URL, taken apart and percent-decoded. What the URL leaves out is absent or empty. */
export interface ConnectionUrl {
  /** In the order of the URL. A URL such as `postgres:///shop` has none. */
  readonly hosts: readonly UrlHost[];
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** The parameters after `?`, such as `sslmode`. Of parameters with the same name the last one counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface UrlHost {
  /** A name, an IP address without brackets, or the folder of a Unix socket. */
  readonly host: string;
  readonly port?: number;
}

/**
 * Parses a connection URL as libpq does, with several hosts and parameters. The only parser of such URLs in driftmark.
 * https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 *
 * A reserved character in the user name or password must be percent-encoded: a URL in which one is not is refused,
 * because a part of the password would be taken for the host or the database and printed.
 * @throws {DriftmarkError} code `usage` if the URL is not valid. The message does not repeat the URL.
 * @example
 * parseConnectionUrl('postgres://reader:s%40fe@db1,db2:6432/shop?sslmode=require');
 * // { hosts: [{ host: 'db1' }, { host: 'db2', port: 6432 }], user: 'reader', password: 's@fe', database: 'shop', … }
 */
export function parseConnectionUrl(url: string): ConnectionUrl {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(url) ?? [];
  if (rest === undefined) throw invalid('it does not start with postgres://');
  if (rest.includes('#')) throw unescaped('#', '%23');
  // Everything before the last @ is the login, so that no part of a password can be taken for something else.
  const at = rest.lastIndexOf('@');
  const login = at === -1 ? '' : rest.slice(0, at);
  for (const [character, code] of RESERVED) if (login.includes(character)) throw unescaped(character, code);
  const [, authority = '', database = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest.slice(at + 1)) ?? [];
  const [user = '', ...password] = login.split(':');
  const parameters = new Map(query === '' ? [] : query.split('&').map(parseParameter));
  // As in libpq, a parameter overrides the part of the URL with the same meaning.
  const [userName, secret, databaseName] = [
    given(parameters, 'user') ?? (user === '' ? undefined : decode(user)),
    given(parameters, 'password') ?? (password.length === 0 ? undefined : decode(password.join(':'))),
    given(parameters, 'dbname') ?? (database === '' ? undefined : decode(database)),
  ];
  return {
    hosts: hostsOf(authority === '' ? [] : authority.split(',').map(parseHost), parameters),
    ...(userName !== undefined && { user: userName }),
    ...(secret !== undefined && { password: secret }),
    ...(databaseName !== undefined && { database: databaseName }),
    parameters,
  };
}

/** A parameter that is not empty. */
const given = (parameters: ConnectionUrl['parameters'], name: string): string | undefined => {
  const value = parameters.get(name);
  return value === '' ? undefined : value;
};

function hostsOf(
  inUrl: ConnectionUrl['hosts'],
  parameters: ConnectionUrl['parameters'],
): ConnectionUrl['hosts'] {
  const host = given(parameters, 'host');
  // An address saves looking up the name.
  const hosts = host === undefined ? undefined : (given(parameters, 'hostaddr') ?? host).split(',');
  const named = hosts?.map((each, at): UrlHost => ({ ...inUrl[at], host: each })) ?? inUrl;
  const ports = given(parameters, 'port')?.split(',');
  if (!ports) return named;
  return named.map(({ host: each }, at) => {
    const port = ports[at] ?? ports[0] ?? '';
    return port === '' ? { host: each } : { host: each, port: parsePort(port) };
  });
}

/** The characters that end a login if they are not percent-encoded. */
const RESERVED = [
  ['@', '%40'],
  ['/', '%2F'],
  ['?', '%3F'],
] as const;

function parseHost(text: string): UrlHost {
  const [, bracketed, bare, port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(text) ?? [];
  if ((bracketed === undefined && bare === undefined) || port.includes(':'))
    throw invalid('an IPv6 address needs brackets, such as [::1]');
  return { host: decode(bracketed ?? bare ?? ''), ...(port !== '' && { port: parsePort(port) }) };
}

/** @throws {DriftmarkError} code `usage` if the text is not a port number. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw invalid('its port is not a number from 1 to 65535');
  return port;
}

function parseParameter(text: string): readonly [string, string] {
  const [name = '', ...value] = text.split('=');
  return [decode(name), decode(value.join('='))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(
      'it has a "%" that does not start a percent-encoded character',
      'Write a literal "%" as %25.',
    );
  }
}

/**
 * The name of the user who runs driftmark, which is the default user of a connection.
 * @throws {DriftmarkError} code `usage` if the user has no name, as in some containers.
 */
export function systemUser(): string {
  try {
    return os.userInfo().username;
  } catch {
    throw invalid(
      'it does not name a user, and the current user has no entry in /etc/passwd',
      'Add the user: postgres://user@host/database, or set PGUSER.',
    );
  }
}

const unescaped = (character: string, code: string): DriftmarkError =>
  invalid(
    `it contains an unescaped "${character}"`,
    `Write "${character}" as ${code}. The password of a live database can also be in PGPASSWORD or ~/.pgpass.`,
  );

/** The error of a connection URL that is not valid. `why` must not contain any part of the URL. */
export const invalid = (
  why: string,
  remedy = 'Use a URL like postgres://reader@db.example.com:5432/app.',
): DriftmarkError => new DriftmarkError('usage', `The connection URL is not valid: ${why}.`, { remedy });
