import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMigrations } from '#src/migrations/migrations.js';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { schemaReader } from '#src/replay/read-schema.js';
import type { Schema } from '#src/schema/model.js';
import { connect } from '#src/scratch/client.js';
import { withScratchServer, type ScratchDatabase, type ScratchServer } from '#src/scratch/scratch.js';
import { buildProject, detectIn, FIXTURES } from '../migrations/build-fixture.js';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { withPackages } from '../support/npm-install.js';
import { runsAll } from '../support/selection.js';
import { packagesOf } from '../support/tool-packages.js';

/** A migration tool that can run here, and how it migrates an empty database. */
interface Tool {
  /** The folder in `fixtures/layouts`. */
  readonly fixture: string;
  /** The packages of npm in which it comes, in addition to those that the migrations need. */
  readonly packages?: readonly string[];
  /** The program that a package of the system has to bring. */
  readonly program?: string;
  /** Files that the tool needs, and that a project which only driftmark reads does without. */
  readonly files?: Readonly<Record<string, string>>;
  /** `{url}` stands for the database. */
  readonly command: readonly string[];
  /** Removes the newest migration from the history table. */
  readonly forget?: string;
}

const bin = (name: string) => `node_modules/.bin/${name}`;
const TSX = 'tsx@4.20.6';
const script = (text: string) => ['node', '--import', 'tsx', '--input-type=module', '--eval', text];

/** The engine of Prisma Migrate, as WebAssembly. Prisma's command line downloads another build of it. */
const PRISMA = `
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

const { resolve } = createRequire(import.meta.url);
const file = path.join(path.dirname(resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm');
const { instance } = await WebAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': engine });
engine.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

const pg = new PrismaPg({ connectionString: process.env.DATABASE_URL });
// The native engine sends a file as one query. This adapter would split it at each semicolon, also in strings.
const connect = pg.connect.bind(pg);
pg.connect = async () => {
  const adapter = await connect();
  adapter.executeScript = async (text) => void (await adapter.client.query(text));
  return adapter;
};
const adapterFactory = bindMigrationAwareSqlAdapterFactory(pg);
const datamodels = [['schema.prisma', 'datasource db { provider = "postgresql" }']];
const migrate = await engine.SchemaEngine.new({ datamodels }, () => undefined, adapterFactory);
const baseDir = path.resolve('prisma/migrations');
const entries = await readdir(baseDir, { withFileTypes: true });
const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
await migrate.applyMigrations({
  filters: { externalTables: [], externalEnums: [] },
  migrationsList: {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(baseDir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => {
        const value = await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8');
        return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
      }),
    ),
  },
});
process.exit(0);
`;

const TOOLS: readonly Tool[] = [
  {
    fixture: 'dbmate',
    packages: ['dbmate@2.28.0'],
    command: [bin('dbmate'), '--no-dump-schema', '--url', '{url}', 'migrate'],
  },
  {
    fixture: 'node-pg-migrate',
    packages: packagesOf('node-pg-migrate.js'),
    command: [bin('node-pg-migrate'), 'up'],
  },
  {
    fixture: 'node-pg-migrate.js',
    packages: [...packagesOf('node-pg-migrate.js'), TSX],
    command: ['node', '--import', 'tsx', 'node_modules/node-pg-migrate/bin/node-pg-migrate.js', 'up'],
    forget: `DELETE FROM pgmigrations WHERE name LIKE '%customer_index'`,
  },
  {
    fixture: 'graphile-migrate',
    packages: ['graphile-migrate@1.4.1'],
    files: { '.gmrc': '{}' },
    command: [bin('graphile-migrate'), 'migrate'],
  },
  {
    fixture: 'prisma',
    packages: [
      '@prisma/schema-engine-wasm@8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323',
      '@prisma/adapter-pg@7.10.1',
      '@prisma/driver-adapter-utils@7.10.1',
    ],
    command: ['node', 'migrate.mjs'],
    files: { 'migrate.mjs': PRISMA },
  },
  {
    fixture: 'drizzle',
    packages: ['drizzle-orm@0.44.7', 'pg@8.16.3', TSX],
    command: script(`
      import { drizzle } from 'drizzle-orm/node-postgres';
      import { migrate } from 'drizzle-orm/node-postgres/migrator';
      const db = drizzle(process.env.DATABASE_URL);
      await migrate(db, { migrationsFolder: 'drizzle' });
      await db.$client.end();`),
  },
  {
    fixture: 'postgrator',
    packages: ['postgrator@8.0.0', 'pg@8.16.3', TSX],
    command: script(`
      import pg from 'pg';
      import Postgrator from 'postgrator';
      const client = new pg.Client(process.env.DATABASE_URL);
      await client.connect();
      const execQuery = (query) => client.query(query);
      await new Postgrator({ migrationPattern: 'migrations/*', driver: 'pg', execQuery }).migrate();
      await client.end();`),
  },
  {
    fixture: 'kysely',
    packages: [...packagesOf('kysely'), TSX],
    command: script(`
      import { promises as fs } from 'node:fs';
      import path from 'node:path';
      import pg from 'pg';
      import { FileMigrationProvider, Kysely, Migrator, PostgresDialect } from 'kysely';
      const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
      const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
      const provider = new FileMigrationProvider({ fs, path, migrationFolder: path.resolve('migrations') });
      const { error } = await new Migrator({ db, provider }).migrateToLatest();
      await db.destroy();
      if (error) throw error;`),
    forget: `DELETE FROM kysely_migration WHERE name LIKE '%customer_index'`,
  },
  {
    fixture: 'sequelize',
    packages: [...packagesOf('sequelize'), 'sequelize-cli@6.6.3'],
    command: [bin('sequelize-cli'), 'db:migrate', '--url', '{url}'],
    forget: `DELETE FROM "SequelizeMeta" WHERE name LIKE '%customer_index.js'`,
  },
  {
    fixture: 'typeorm',
    packages: [...packagesOf('typeorm'), TSX],
    command: [
      'node',
      '--import',
      'tsx',
      'node_modules/typeorm/cli.js',
      'migration:run',
      '-d',
      'src/data-source.ts',
    ],
    forget: `DELETE FROM shop_migrations WHERE name LIKE 'customer_index%'`,
  },
  { fixture: 'sqitch', program: 'sqitch', command: ['sqitch', 'deploy', '{sqitchUrl}'] },
];

const exec = promisify(execFile);

const urlOf = ({ host, port, user, password = '', database }: ConnectionSettings) =>
  `postgres://${user}:${password}@${host}:${String(port)}/${database}?sslmode=disable`;

const hasProgram = (name: string) =>
  exec('sh', ['-c', `command -v ${name}`]).then(
    () => true,
    () => false,
  );

describe.runIf(runsAll)('the schema that a migration tool itself creates', () => {
  let server: ScratchServer;
  let stop: () => void;
  let stopped: Promise<unknown>;
  beforeAll(async () => {
    server = await new Promise((resolve, reject) => {
      const options = {
        engine: 'embedded',
        projectDir: process.cwd(),
        tcp: true,
        notice: () => undefined,
      } as const;
      stopped = withScratchServer(options, async (started) => {
        const end = new Promise<void>((done) => (stop = done));
        resolve(started);
        await end;
      });
      stopped.catch(reject);
    });
  });
  afterAll(async () => {
    stop();
    await stopped;
  });

  /** Lets the tool migrate an empty database. */
  async function withMigrated<T>(
    { command, files = {} }: Tool,
    dir: string,
    use: (database: ScratchDatabase, url: string) => Promise<T>,
  ): Promise<T> {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(dir, name), text);
    const database = await server.createDatabase();
    const url = urlOf(database.tcpConnection);
    const [program = '', ...args] = command.map((word) =>
      word.replace('{url}', url).replace('{sqitchUrl}', url.replace('postgres:', 'db:pg:')),
    );
    const env = { ...process.env, DATABASE_URL: url, NODE_ENV: 'development' };
    try {
      await exec(program, args, { cwd: dir, env });
      return await use(database, url);
    } finally {
      await database.drop();
    }
  }

  /** The schema that the tool creates, without the history tables. */
  const migratedBy = (tool: Tool, dir: string): Promise<Schema> =>
    withMigrated(tool, dir, async ({ connection }) => {
      const { detected, migrations } = await detectIn(dir);
      const target = {
        name: 'shop',
        dir,
        detected,
        migrations,
        report: path.join(dir, 'report.sql.md'),
        settings: { platform: 'none' as const, schemas: ['public'] },
      };
      const folder = await readMigrations(detected);
      const client = await connect(connection, new AbortController().signal);
      try {
        const read = await schemaReader(client, { target, folder, format: 'full' });
        return await read();
      } finally {
        await client.end();
      }
    });

  it.for(TOOLS)('is what driftmark creates from the fixture of $fixture', async (tool, context) => {
    if (tool.program !== undefined && !(await hasProgram(tool.program)))
      return context.skip(`${tool.program} is not installed: install the package of the system`);
    const from = path.join(FIXTURES, tool.fixture);
    const both = async (dir: string) => ({
      expected: await migratedBy(tool, dir),
      built: await buildProject(dir, server),
    });
    const packages = tool.packages ?? [];
    const found =
      packages.length === 0 ? await inFolder(both, from) : await withPackages(from, packages, both);
    if ('unavailable' in found) return context.skip(found.unavailable);
    expect(found.built.schema).toEqual(found.expected);
    expect(found.expected.objects.table.map(({ name }) => name)).toEqual(['customers', 'orders']);
  });

  it.for(TOOLS.filter(({ forget }) => forget !== undefined))(
    'lets a live check read from the history table of $fixture what has run',
    async (tool, context) => {
      const found = await withPackages(
        path.join(FIXTURES, tool.fixture),
        tool.packages ?? [],
        async (cwd) => {
          const env = { DRIFTMARK_SCRATCH_URL: '' };
          expect(await driftmark(['update', '--no-down'], { cwd, env })).toMatchObject({ code: 0 });
          return withMigrated(tool, cwd, async ({ connection }, url) => {
            const check = () => driftmark(['check', '--url', url], { cwd, env });
            const inSync = await check();
            const client = await connect(connection, new AbortController().signal);
            try {
              await client.query('DROP INDEX orders_customer_id');
              const outOfBand = await check();
              await client.query(tool.forget ?? '');
              return { inSync, outOfBand, pending: await check() };
            } finally {
              await client.end();
            }
          });
        },
      );
      if ('unavailable' in found) return context.skip(found.unavailable);
      expect(found.inSync).toMatchObject({ code: 0, stdout: expect.stringContaining('in sync') as string });
      expect(found.outOfBand.stdout).toContain('(out of band)');
      expect(found.pending.stdout).toContain('(pending)');
      expect(found.pending.stdout).toMatch(/Pending: deploy .*customer_index/);
    },
  );
});
