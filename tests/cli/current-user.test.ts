import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '#src/scratch/client.js';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { urlOf } from '../support/shared-server.js';

/** Every place in which a migration may name the role that runs it. */
const MIGRATION = `
  CREATE ROLE other; CREATE SCHEMA own AUTHORIZATION CURRENT_USER;
  CREATE TABLE t (a int, b int); CREATE TABLE u (a int); ALTER TABLE u OWNER TO other;
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() OWNER TO SESSION_USER;
  CREATE POLICY p ON t TO CURRENT_USER USING (true); CREATE POLICY q ON t TO SESSION_USER, other, pg_monitor USING (true);
  GRANT SELECT ON u TO CURRENT_USER WITH GRANT OPTION; GRANT UPDATE (a) ON u TO SESSION_USER, pg_monitor;
  GRANT SELECT ON u TO zoe_reader, aaron_reader;
  ALTER DEFAULT PRIVILEGES FOR ROLE CURRENT_USER GRANT SELECT ON TABLES TO pg_monitor;
  ALTER DEFAULT PRIVILEGES FOR ROLE other GRANT SELECT ON TABLES TO CURRENT_USER;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
  CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
  CREATE USER MAPPING FOR CURRENT_USER SERVER s; CREATE USER MAPPING FOR other SERVER s;
  CREATE OPERATOR FAMILY fam USING btree; CREATE TYPE shell;`;

let test: TestServer;
let urls: readonly string[];
beforeAll(async () => {
  test = await startServer();
  const database = await test.server.createDatabase();
  const client = await connect(database.connection, new AbortController().signal);
  for (const role of ['aaron', 'zoe', 'app', 'Role with spaces'])
    await client.query(`CREATE ROLE "${role}" SUPERUSER LOGIN`);
  await client.end();
  urls = ['aaron', 'zoe', encodeURIComponent('Role with spaces')].map((user) =>
    urlOf({ ...database.connection, user }),
  );
});
afterAll(() => test.stop());

it('makes the same report for every role that runs the migrations', async () => {
  await inFolder(async (cwd) => {
    await mkdir(path.join(cwd, 'migrations'));
    await writeFile(path.join(cwd, 'package.json'), '{ "name": "roles" }');
    await writeFile(
      path.join(cwd, 'driftmark.config.json'),
      '{ "roles": ["zoe_reader", "aaron_reader"], "down": false }',
    );
    await writeFile(path.join(cwd, 'migrations/1_all.sql'), MIGRATION);
    const embedded = await driftmarkHere(['show', 'migrations'], { cwd });
    expect(embedded).toMatchObject({ code: 0 });
    expect(embedded.stdout).toContain('- `p` to the owner using `true`');
    expect(embedded.stdout).toContain('- grant select to the owner with grant option');
    expect(embedded.stdout).toContain('- the owner on server `s`');
    for (const url of urls) {
      const given = await driftmarkHere(['show', 'migrations'], { cwd, env: { DRIFTMARK_SCRATCH_URL: url } });
      expect(given.stdout).toBe(embedded.stdout);
    }
  });
});

it.each([
  { policy: 'CURRENT_USER', live: 'app' },
  { policy: 'app', live: 'app' },
  { policy: 'app', live: 'zoe' },
])('finds a database of $live in sync with a policy to $policy', async ({ policy, live }) => {
  await inFolder(async (cwd) => {
    const sql = (role: string) =>
      `CREATE TABLE t (a int); CREATE POLICY p ON t TO ${role} USING (true); CREATE TABLE u (a int);`;
    await mkdir(path.join(cwd, 'migrations'));
    await writeFile(path.join(cwd, 'package.json'), '{ "name": "roles" }');
    await writeFile(path.join(cwd, 'driftmark.config.json'), '{ "roles": ["app"] }');
    await writeFile(path.join(cwd, 'migrations/1_all.sql'), sql(policy));
    expect(await driftmarkHere(['update'], { cwd })).toMatchObject({ code: 0 });
    const database = await test.server.createDatabase();
    const client = await connect(database.connection, new AbortController().signal);
    try {
      await client.query(`SET ROLE ${live}; ${sql(policy)}`);
      const url = urlOf(database.connection);
      expect((await driftmarkHere(['check', '--url', url], { cwd })).code).toBe(0);
      expect((await driftmarkHere(['diff', 'report.sql.md', url], { cwd })).code).toBe(0);
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
