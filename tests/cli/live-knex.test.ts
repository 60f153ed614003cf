import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import knexLibrary from 'knex';
import { expect, it } from 'vitest';
import { inFolder } from '../support/folders.js';
import { onDatabase } from '../support/scratch.js';
import { driftmarkOnSharedServer, sharedServer, urlOf } from '../support/shared-server.js';

const creates = (
  table: string,
) => `exports.up = (knex) => knex.schema.createTable('${table}', (t) => t.increments());
exports.down = (knex) => knex.schema.dropTable('${table}');`;

it('reads how far a database is from the history table that the knexfile names, and says which knexfile', async () => {
  const { server, stop } = await sharedServer();
  try {
    await inFolder((cwd) =>
      onDatabase(server, async (client) => {
        const migrations = path.join(cwd, 'db', 'migrations');
        await mkdir(migrations, { recursive: true });
        await writeFile(path.join(cwd, 'package.json'), '{ "name": "shop" }');
        await writeFile(
          path.join(cwd, 'driftmark.config.json'),
          '{ "migrations": "db/migrations", "setup": "setup.sql", "schemas": ["public"] }',
        );
        await writeFile(path.join(cwd, 'setup.sql'), 'CREATE SCHEMA infra;');
        await writeFile(
          path.join(cwd, 'db/knexfile.js'),
          `module.exports = { client: 'pg', migrations: { directory: './migrations', tableName: 'done', schemaName: 'infra' } };`,
        );
        for (const [at, table] of ['boats', 'trips', 'crews'].entries())
          await writeFile(path.join(migrations, `${at + 1}_${table}.js`), creates(table));
        const updated = await driftmarkOnSharedServer(['update', '--verbose'], { cwd });
        expect(updated).toMatchObject({ code: 0 });
        expect(updated.stderr).toContain('shop: using db/knexfile.js');

        const { host, port, user = '', database = '' } = client;
        await client.query('CREATE SCHEMA infra; CREATE SCHEMA other; CREATE TABLE other.done (name text)');
        const knex = knexLibrary({
          client: 'pg',
          connection: { host, port, user, database },
          migrations: { directory: migrations, tableName: 'done', schemaName: 'infra' },
        });
        await knex.migrate.up();
        await knex.migrate.up();
        await knex.destroy();
        const args = ['check', '--url', urlOf({ host, port, user, database }), '--reporter', 'json'];
        const { stdout } = await driftmarkOnSharedServer(args, { cwd });
        const { targets } = JSON.parse(stdout) as { readonly targets: readonly { readonly live: object }[] };
        expect(targets[0]?.live).toMatchObject({ pending: ['3_crews.js'], unknown: [] });

        const config = await driftmarkOnSharedServer(['config'], { cwd });
        expect(config.stdout).toMatch(/knexfile +db\/knexfile\.js +detected: the nearest to the migrations/);
      }),
    );
  } finally {
    await stop();
  }
});
