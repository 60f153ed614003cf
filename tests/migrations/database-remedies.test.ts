import { expect, it } from 'vitest';
import { databaseRemedy } from '#src/migrations/errors/database-error.js';
import { missingModule, syntaxErrorIn } from '#src/util/load-error.js';

it.each([
  {
    code: '42704',
    message: 'type "public.citext" does not exist',
    remedy: 'with `CREATE EXTENSION citext;`',
  },
  { code: '42704', message: 'type "mood" does not exist', remedy: 'with `CREATE TYPE …;`' },
  {
    code: '42704',
    message: 'operator class "gin_trgm_ops" does not exist for access method "gin"',
    remedy: 'with `CREATE EXTENSION pg_trgm;`',
  },
  {
    code: '42704',
    message: 'language "plperl" does not exist',
    remedy: 'with `CREATE EXTENSION plperl;`',
  },
  {
    code: '42883',
    message: 'function uuid_generate_v4() does not exist',
    remedy: 'with `CREATE EXTENSION "uuid-ossp";`',
  },
  {
    code: '42883',
    message: 'function app.similarity(text, unknown) does not exist',
    remedy: 'with `CREATE EXTENSION pg_trgm;`',
  },
  {
    code: '22023',
    message: 'extension "citext" has no installation script nor update path for version "9.9"',
    remedy: 'Create the extension citext without `VERSION`',
  },
  {
    code: '42704',
    message: 'required extension "uuid-ossp" is not installed',
    remedy: 'Add CASCADE to the statement, or create the extension first: `CREATE EXTENSION "uuid-ossp";`',
  },
  {
    code: '42883',
    message: 'function strftime(unknown, unknown) does not exist',
    remedy: 'strftime() is a function of MySQL or SQLite',
  },
  {
    code: '42883',
    message: 'could not find function "add_one" in file "/usr/lib/postgresql/18/lib/harbour.so"',
    remedy: /^Check the name add_one\./,
  },
  { code: '0A000', message: 'extension "postgis_topology" is not available', remedy: 'postgis/postgis:' },
  {
    code: '55P04',
    message: 'unsafe use of new value "sad" of enum type mood',
    remedy: /^Use the new value in a later migration/,
  },
  {
    code: '2D000',
    message: 'cannot commit while a subtransaction is active',
    remedy: /EXCEPTION clause/,
  },
  { code: '2D000', message: 'invalid transaction termination', sql: 'SELECT f()', remedy: /^.*in functions/ },
  {
    code: '2D000',
    message: 'invalid transaction termination',
    sql: '\n  call p()',
    remedy: /only work outside of a transaction\. Put the statement in a file of its own\.$/,
  },
  {
    code: '25001',
    message: 'VACUUM cannot run inside a transaction block',
    transactionRemedy: 'Say so.',
    remedy: /^Say so\.$/,
  },
])('$message has the remedy $remedy', ({ code, message, remedy, ...statement }) => {
  const text = databaseRemedy({ code, message }, statement);
  if (typeof remedy === 'string') expect(text).toContain(remedy);
  else expect(text).toMatch(remedy);
});

it.each([
  {
    message: "Cannot find module '../lib/x'\nRequire stack:\n- /a/b.js",
    is: {
      message: "Cannot find module '../lib/x'",
      remedy: 'Check the path of the module. If a build or an installation creates it, run that first.',
    },
  },
  {
    message: "Cannot find package 'uuid' imported from /a/b.mjs",
    is: {
      message: "Cannot find package 'uuid'",
      remedy: 'Install the dependencies of the project, or check the name of the module.',
    },
  },
  { message: 'Cannot find the town', is: undefined },
])('reads a missing module from $message', ({ message, is }) => {
  expect(missingModule(message)).toEqual(is);
});

it('reads the place of a syntax error from the message of jiti', () => {
  expect(syntaxErrorIn(new Error('ParseError: Unexpected token  \n /a/b.ts:2:26'))).toEqual({
    message: 'SyntaxError: Unexpected token',
    place: { file: '/a/b.ts', line: 2, column: 27 },
  });
  expect(syntaxErrorIn(new Error('no:\n at it: 2'))).toBeUndefined();
});
