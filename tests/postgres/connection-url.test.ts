import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConnectionUrl } from '#src/postgres/connection-url.js';
import { parseScratchUrl } from '#src/scratch/external/url.js';
import { anyText } from '../support/any-text.js';

const plain = (url: string) => {
  const { parameters, ...parts } = parseConnectionUrl(url);
  return parameters.size === 0 ? parts : { ...parts, parameters: Object.fromEntries(parameters) };
};

describe('parseConnectionUrl', () => {
  it.each([
    ['postgres://', { hosts: [] }],
    ['postgresql:///shop', { hosts: [], database: 'shop' }],
    ['postgres://db', { hosts: [{ host: 'db' }] }],
    ['postgres://db:6432/', { hosts: [{ host: 'db', port: 6432 }] }],
    ['postgres://u@db/a', { user: 'u', hosts: [{ host: 'db' }], database: 'a' }],
    ['postgres://u:p:q@db', { user: 'u', password: 'p:q', hosts: [{ host: 'db' }] }],
    ['postgres://:p@db', { password: 'p', hosts: [{ host: 'db' }] }],
    ['postgres://u:@db', { user: 'u', password: '', hosts: [{ host: 'db' }] }],
    [
      'postgres://a%40b:c%2Fd@db/e%3Ff',
      { user: 'a@b', password: 'c/d', hosts: [{ host: 'db' }], database: 'e?f' },
    ],
    ['postgres://[::1]:5/a', { hosts: [{ host: '::1', port: 5 }], database: 'a' }],
    ['postgres://%2Ftmp/a', { hosts: [{ host: '/tmp' }], database: 'a' }],
    ['postgres://a,b:7/c', { hosts: [{ host: 'a' }, { host: 'b', port: 7 }], database: 'c' }],
    [
      'postgres:///a?host=%2Ftmp&sslmode=require&x=1+2=3',
      {
        hosts: [{ host: '/tmp' }],
        database: 'a',
        parameters: { host: '/tmp', sslmode: 'require', x: '1+2=3' },
      },
    ],
    [
      'postgres://u:p@db:7/a?host=/tmp&user=v&password=q&dbname=b',
      {
        hosts: [{ host: '/tmp', port: 7 }],
        user: 'v',
        password: 'q',
        database: 'b',
        parameters: { host: '/tmp', user: 'v', password: 'q', dbname: 'b' },
      },
    ],
    [
      'postgres://a,b/c?port=5,6',
      {
        hosts: [
          { host: 'a', port: 5 },
          { host: 'b', port: 6 },
        ],
        database: 'c',
        parameters: { port: '5,6' },
      },
    ],
    [
      'postgres://u:p@db/a?user=&password=&host=&port=&dbname=',
      {
        user: 'u',
        password: 'p',
        hosts: [{ host: 'db' }],
        database: 'a',
        parameters: { user: '', password: '', host: '', port: '', dbname: '' },
      },
    ],
    [
      'postgres:///a?host=db&hostaddr=127.0.0.1',
      { hosts: [{ host: '127.0.0.1' }], database: 'a', parameters: { host: 'db', hostaddr: '127.0.0.1' } },
    ],
  ])('parses %s', (url, parts) => {
    expect(plain(url)).toEqual(parts);
  });

  it.each([
    ['localhost/shop', 'it does not start with postgres://'],
    ['mysql://u@h/d', 'it does not start with postgres://'],
    ['postgres://u:p@ss@h/d', 'it contains an unescaped "@"'],
    ['postgres://u:12/p@h/d', 'it contains an unescaped "/"'],
    ['postgres://u:12?p@h/d', 'it contains an unescaped "?"'],
    ['postgres://u:p#q@h/d', 'it contains an unescaped "#"'],
    ['postgres://u:p@h/d?application_name=me@home', 'it contains an unescaped "@"'],
    ['postgres://u:50%@h/d', 'it has a "%" that does not start a percent-encoded character'],
    ['postgres://h:x/d', 'its port is not a number from 1 to 65535'],
    ['postgres://h:65536/d', 'its port is not a number from 1 to 65535'],
    ['postgres://::1/d', 'an IPv6 address needs brackets, such as [::1]'],
  ])('refuses %s', (url, why) => {
    expect(() => parseConnectionUrl(url)).toThrow(`The connection URL is not valid: ${why}.`);
  });

  it('returns each part of a percent-encoded URL as it was', () => {
    const part = anyText({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, part, part, part, (user, password, host, database) => {
        const [u, p, h, d] = [user, password, host, database].map(encodeURIComponent);
        expect(plain(`postgres://${u ?? ''}:${p ?? ''}@${h ?? ''}/${d ?? ''}`)).toEqual({
          user,
          password,
          hosts: [{ host }],
          database,
        });
      }),
    );
  });
});

describe('parseScratchUrl', () => {
  it.each([
    ['postgres://u:s%40@h:7/d', { host: 'h', port: 7, user: 'u', password: 's@', database: 'd', ssl: false }],
    [
      'postgres://u@/?host=%2Ftmp&port=7&password=s',
      { host: '/tmp', port: 7, user: 'u', password: 's', database: 'postgres', ssl: false },
    ],
    [
      'postgres://u@h?sslmode=require',
      { host: 'h', port: 5432, user: 'u', database: 'postgres', ssl: { rejectUnauthorized: false } },
    ],
    [
      'postgres://u@h?sslmode=verify-full',
      { host: 'h', port: 5432, user: 'u', database: 'postgres', ssl: { rejectUnauthorized: true } },
    ],
  ])('reads %s', (url, settings) => {
    expect(parseScratchUrl(url)).toEqual(settings);
  });

  it('refuses several hosts and an unknown sslmode', () => {
    expect(() => parseScratchUrl('postgres://u@a,b/d')).toThrow('a scratch URL names a single server');
    expect(() => parseScratchUrl('postgres://u@a/d?sslmode=on')).toThrow('its sslmode is not one of disable');
  });
});
