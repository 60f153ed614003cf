import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { displayWidth } from '#src/util/display-width.js';
import { inFolder } from '../support/folders.js';
import { driftmarkOnPty } from '../support/pty.js';
import { writeFiles, type Files } from '../support/repository.js';
import { runsAll } from '../support/selection.js';

/**
 * What `init`, `check` and a check after one more migration leave on a terminal, for the usual kinds of projects. After a
 * change of words: `npx vitest run --mode all tests/cli/first-day.test.ts --update`, and read the difference.
 */
const PROJECTS: Readonly<Record<string, { readonly files: Files; readonly more: Files }>> = {
  sql: {
    files: {
      'package.json': '{ "name": "shop" }',
      'migrations/001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\n',
    },
    more: { 'migrations/002_note.sql': 'ALTER TABLE orders ADD note text;\n' },
  },
  knex: {
    files: {
      'package.json': '{ "name": "shop", "dependencies": { "knex": "3" } }',
      'yarn.lock': '# yarn lockfile v1\n',
      'migrations/1_orders.js': `exports.up = (knex) => knex.schema.createTable('orders', (t) => t.increments());
exports.down = (knex) => knex.schema.dropTable('orders');\n`,
    },
    more: {
      'migrations/2_note.js': `exports.up = (knex) => knex.schema.alterTable('orders', (t) => t.string('note', 80).notNullable());
exports.down = async () => {};\n`,
    },
  },
  prisma: {
    files: {
      'package.json': '{ "name": "shop" }',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20260101000000_init/migration.sql':
        'CREATE TABLE "Order" ("id" SERIAL NOT NULL, CONSTRAINT "Order_pkey" PRIMARY KEY ("id"));\n',
    },
    more: {
      'prisma/migrations/20260102000000_note/migration.sql': 'ALTER TABLE "Order" ADD COLUMN "note" TEXT;\n',
    },
  },
  supabase: {
    files: {
      'package.json': '{ "name": "shop" }',
      'supabase/config.toml': 'project_id = "shop"\n',
      'supabase/migrations/20260101000000_todos.sql':
        'create table public.todos (id uuid primary key, owner uuid references auth.users (id));\n',
    },
    more: {
      'supabase/migrations/20260102000000_rls.sql':
        'alter table public.todos enable row level security;\ncreate policy own on public.todos for select to authenticated using (auth.uid() = owner);\n',
    },
  },
  monorepo: {
    files: {
      'package.json': '{ "name": "root", "private": true, "workspaces": ["packages/*"] }',
      'package-lock.json': '{ "lockfileVersion": 3 }',
      'packages/orders/package.json': '{ "name": "@acme/orders" }',
      'packages/orders/migrations/001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\n',
      'packages/請求/package.json': '{ "name": "@acme/請求" }',
      'packages/請求/migrations/001_請求書.sql': 'CREATE TABLE "請求書" (id int PRIMARY KEY);\n',
    },
    more: { 'packages/請求/migrations/002_金額.sql': 'ALTER TABLE "請求書" ADD "金額" numeric NOT NULL;\n' },
  },
};

it
  .runIf(runsAll)
  .each(Object.keys(PROJECTS).flatMap((name) => [80, 200].map((columns) => ({ name, columns }))))(
  'the first minutes with $name in $columns columns',
  async ({ name, columns }) => {
    const { files, more } = PROJECTS[name] ?? { files: {}, more: {} };
    await inFolder(async (cwd) => {
      execFileSync('git', ['init', '-q'], { cwd });
      await writeFiles(cwd, files);
      const screens: string[] = [];
      const run = async (...args: string[]) => {
        const { code, written } = await driftmarkOnPty(args, {
          cwd,
          columns,
          env: { CI: '1', NO_COLOR: '1' },
        });
        for (const line of written.split(/\r?\n/))
          // The files that init writes, and a diff, are printed as they are.
          if (!/^ {2}[+-]/.test(line)) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
        screens.push(`$ driftmark ${args.join(' ')}\n${stable(written)}--- exit code ${code} ---\n`);
      };
      await run('init', '--yes');
      await run('check');
      await writeFiles(cwd, more);
      await run('check');
      await run('update');
      const folder = new RegExp(cwd.split('/').at(-1) ?? cwd, 'g');
      await expect(screens.join('\n').replace(folder, '<folder>')).toMatchFileSnapshot(
        `first-day/${name}-${columns}-columns.txt`,
      );
    });
  },
);

/** Without the version of the server and times, also if a line ends within them. */
const stable = (text: string): string =>
  text.replace(/(PostgreSQL\s+)\d+\.\d+/g, '$10.0').replace(/\d+\.\d(\s+s\b)/g, '0.0$1');
