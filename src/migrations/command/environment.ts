import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { DriftmarkError } from '../../errors.js';
import { migrationEnvironment } from '../runner/environment.js';

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The word for libpq. Certificates of a scratch server are in memory, so that tools cannot verify them. */
const sslMode = ({ ssl }: ConnectionSettings) => (ssl === undefined || ssl === false ? 'disable' : 'require');

/** `postgres://user:password@127.0.0.1:5432/database?sslmode=disable`; a unix socket is the parameter `host`. */
function urlOf(connection: ConnectionSettings): string {
  const { host, port, user, password, database } = connection;
  const login = [user, ...(password === undefined ? [] : [password])].map(encode).join(':');
  if (host.startsWith('/'))
    return `postgres://${login}@/${encode(database)}?host=${encode(host)}&port=${port}&sslmode=disable`;
  return `postgres://${login}@${addressOf(connection)}/${encode(database)}?sslmode=${sslMode(connection)}`;
}

const addressOf = ({ host, port }: ConnectionSettings) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Values that lead to a database, whichever variable they are in: `postgresql+asyncpg://…`, `jdbc:postgresql:…`. */
const DATABASE_ADDRESS = /^(jdbc:)?(postgres|postgresql|pgsql|postgis|ecto)(\+\w+)?:/i;

/**
 * The environment of a command: the user's own, in which only `DATABASE_URL` and the `PG*` variables lead to a
 * PostgreSQL database, the scratch database.
 */
export function commandEnvironment(connection: ConnectionSettings, base = process.env): NodeJS.ProcessEnv {
  const { host, port, user, password = '', database } = connection;
  const own = Object.entries(migrationEnvironment(base)).filter(
    ([, value]) => !DATABASE_ADDRESS.test(value ?? ''),
  );
  return {
    ...Object.fromEntries(own),
    DATABASE_URL: urlOf(connection),
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGSSLMODE: sslMode(connection),
  };
}

/** The placeholders of a command. */
const PLACEHOLDERS = ['url', 'jdbcUrl', 'host', 'port', 'user', 'password', 'database'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** Characters that mean nothing else to a shell, in the middle of a word. */
const PLAIN = /^[\w@%+=:,./?-]*$/;

/**
 * The command with the connection in place of `{url}`, `{host}` and so on. Other braces stay.
 * @throws DriftmarkError `config` if a value has a character that a shell would interpret.
 */
export function fillPlaceholders(command: string, connection: ConnectionSettings, name?: string): string {
  const { host, port, user, password = '', database } = connection;
  const values: Readonly<Record<Placeholder, string>> = {
    url: urlOf(connection),
    // Without user and password: the tools take them separately, and a shell would interpret the `&` between them.
    jdbcUrl: `jdbc:postgresql://${addressOf(connection)}/${encode(database)}?sslmode=${sslMode(connection)}`,
    host,
    port: String(port),
    user,
    password,
    database,
  };
  const filled = name === undefined ? command : withName(command, name);
  return filled.replace(new RegExp(`\\{(${PLACEHOLDERS.join('|')})\\}`, 'g'), (_, name: Placeholder) => {
    const value = values[name];
    if (PLAIN.test(value)) return value;
    throw new DriftmarkError('config', `The value for {${name}} has a character that the shell interprets.`, {
      place: { object: 'migrations.command' },
      remedy: 'Use the environment variables DATABASE_URL and PG* instead of the placeholder.',
    });
  });
}

/** A name may have spaces, so that it can be several arguments: `shop 0001_initial` for Django. */
const PLAIN_NAME = /^[\w@%+=:,./ -]*$/;

function withName(command: string, name: string): string {
  if (!command.includes('{name}') || PLAIN_NAME.test(name)) return command.replaceAll('{name}', name);
  throw new DriftmarkError(
    'config',
    `The migration name ${name} has a character that the shell interprets.`,
    {
      place: { object: 'migrations.steps' },
      remedy:
        'Change `migrations.steps.list` so that it prints names of letters, digits, spaces and `_@%+=:,./-`.',
    },
  );
}
