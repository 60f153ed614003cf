import { describe, expect, it } from 'vitest';
import { commandEnvironment, fillPlaceholders } from '#src/migrations/command/environment.js';

const connection = {
  host: '127.0.0.1',
  port: 49152,
  user: 'postgres',
  password: 'secret',
  database: 'scratch',
  ssl: false,
};

describe('the placeholders of a command', () => {
  it('are replaced with the connection', () => {
    const command = '{url} {jdbcUrl} {host} {port} {user} {password} {database}';
    expect(fillPlaceholders(command, connection).split(' ')).toEqual([
      'postgres://postgres:secret@127.0.0.1:49152/scratch?sslmode=disable',
      'jdbc:postgresql://127.0.0.1:49152/scratch?sslmode=disable',
      '127.0.0.1',
      '49152',
      'postgres',
      'secret',
      'scratch',
    ]);
  });

  it('leave other braces alone', () => {
    expect(fillPlaceholders("awk '{print}' ${HOME} {name}", connection)).toBe("awk '{print}' ${HOME} {name}");
  });

  it('encode the user and the password in a URL', () => {
    const url = fillPlaceholders('{url}', { ...connection, user: "o'neil", password: 'a/b@c:d $(e)' });
    expect(new URL(url)).toMatchObject({ username: 'o%27neil', password: 'a%2Fb%40c%3Ad%20%24%28e%29' });
  });

  it.each(['$(touch x)', '`x`', 'a b', "'", '"', 'a;b', 'a&b', 'a\\nb'])(
    'are refused for the password %j, which a shell would interpret',
    (password) => {
      expect(() => fillPlaceholders('tool --password {password}', { ...connection, password })).toThrow(
        'The value for {password} has a character that the shell interprets.',
      );
    },
  );
});

describe('the environment of a command', () => {
  it('leads to the scratch database only', () => {
    const base = {
      PATH: '/bin',
      PGSERVICE: 'live',
      DATABASE_URL: 'postgres://live/x',
      PRIMARY: 'postgresql+psycopg2://live/x',
      JDBC: 'jdbc:postgresql://live/x',
      ECTO: 'ecto://live/x',
      DOCS: 'https://www.postgresql.org/',
    };
    expect(commandEnvironment(connection, base)).toEqual({
      PATH: '/bin',
      DOCS: 'https://www.postgresql.org/',
      TZ: 'UTC',
      DATABASE_URL: 'postgres://postgres:secret@127.0.0.1:49152/scratch?sslmode=disable',
      PGHOST: '127.0.0.1',
      PGPORT: '49152',
      PGUSER: 'postgres',
      PGPASSWORD: 'secret',
      PGDATABASE: 'scratch',
      PGSSLMODE: 'disable',
    });
  });

  it('has the folder of a unix socket as the host', () => {
    const socket = { ...connection, host: '/run/pg' };
    expect(commandEnvironment(socket, {}).DATABASE_URL).toBe(
      'postgres://postgres:secret@/scratch?host=%2Frun%2Fpg&port=49152&sslmode=disable',
    );
  });
});
