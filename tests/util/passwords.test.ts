import { describe, expect, it } from 'vitest';
import { DriftmarkError, maskedInPlace, withoutPasswords } from '#src/errors.js';
import { foreignOptions } from '#src/introspect/foreign-options.js';
import { sourceFrame } from '#src/migrations/errors/source-frame.js';

const WITH_SECRET = [
  `CREATE ROLE r PASSWORD 'it''s Zq7xW'`,
  String.raw`ALTER ROLE r ENCRYPTED PASSWORD E'a\'Zq7xW'`,
  'CREATE ROLE r PASSWORD $$Zq7xW$$',
  `CREATE SUBSCRIPTION s CONNECTION 'host=db password=Zq7xW user=u' PUBLICATION p`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=db password=''Zq7 xW'' user=u' PUBLICATION p`,
  `CREATE USER MAPPING FOR r SERVER s OPTIONS (user 'u', "password" 'Zq7xW')`,
  `ALTER SERVER s OPTIONS (ADD api_key 'Zq7xW', SET token 'Zq7xW')`,
  `SELECT set_config('app.password', 'Zq7xW', true)`,
  `SET app.jwt_secret TO 'Zq7xW'`,
  String.raw`{"password": "a\"Zq7xW", "user": "u"}`,
  `const password = 'Zq7xW';`,
  'PGPASSWORD=Zq7xW psql',
  'postgres://u:a@Zq7xW@db/app?sslpassword=Zq7xW&user=u',
];

const WITHOUT_SECRET = [
  `Unexpected token 'x', "x" is not valid JSON`,
  'Token "x" is invalid.',
  'column "password" of relation "users" does not exist',
  `password text DEFAULT 'x' NOT NULL`,
  'CREATE ROLE r PASSWORD NULL',
  `SECURITY LABEL FOR p ON TABLE t IS 'x'`,
];

describe('the masking of secrets', () => {
  it.each(WITH_SECRET)('replaces that of %s', (text) => {
    expect(withoutPasswords(text)).toContain('***');
    expect(withoutPasswords(text)).not.toMatch(/Zq7|xW/);
    expect(withoutPasswords(withoutPasswords(text))).toBe(withoutPasswords(text));
  });

  it.each(WITH_SECRET)('can keep the length of %s', (text) => {
    expect(maskedInPlace(text)).not.toMatch(/Zq7|xW/);
    expect(maskedInPlace(text)).toHaveLength(text.length);
  });

  it.each(WITHOUT_SECRET)('does not change %s', (text) => {
    expect(withoutPasswords(text)).toBe(text);
  });
});

it('masks a password whose beginning is cut off in the frame of an error', () => {
  const line = `SELECT dblink('host=db password=${'Zq7xW'.repeat(20)}', 'SELECT 1') FROM nowhere`;
  const frame = sourceFrame(line, { line: 1, column: line.indexOf('nowhere') + 1 });
  expect(frame?.text).not.toContain('Zq7');
  expect(frame?.text.split('\n')[1]).toHaveLength((frame?.text.split('\n')[0]?.indexOf('nowhere') ?? 0) + 1);
});

it('keeps the length of a password in the frame of an error, so that the caret points at the right column', () => {
  const line = `CREATE ROLE a PASSWORD 'Zq7xW'; SELECT dblink('password=Zq7xW') FROM nowhere`;
  const frame = sourceFrame(line, { line: 1, column: line.indexOf('nowhere') + 1 });
  const details = [{ label: 'frame', text: frame?.text ?? '' }];
  const [printed] = new DriftmarkError('migration-failed', 'No.', { details }).details;
  const [text = '', caret = ''] = printed?.text.split('\n') ?? [];
  expect(text).toContain(`PASSWORD '*****'; SELECT dblink('password=*****')`);
  expect(caret.indexOf('^')).toBe(text.indexOf('nowhere'));
});

it('names the options of foreign objects that may contain a secret, without their values', () => {
  const secret = [
    'password=Zq7xW',
    'odbc_PWD=Zq7xW',
    'pass=Zq7xW',
    'api_key=Zq7xW',
    'dsn=postgres://u:Zq7xW@db/app',
    'conninfo=host=db password = Zq7xW',
    'jdbc=jdbc:postgresql://db/app?user=u&password=Zq7xW',
  ];
  expect(foreignOptions(['host=db', ...secret, 'url=https://db/x'])).toEqual([
    'api_key',
    'conninfo',
    'dsn',
    'host=db',
    'jdbc',
    'odbc_PWD',
    'pass',
    'password',
    'url=https://db/x',
  ]);
});
