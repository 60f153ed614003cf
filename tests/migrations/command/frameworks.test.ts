import { execFile } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../../support/cli.js';
import { withPackages } from '../../support/npm-install.js';
import { runsAll } from '../../support/selection.js';
import { inProject, type Files } from '../project.js';

/** A framework whose migrations run by its own command, as in docs/command.md. */
interface Framework {
  readonly name: string;
  /** The name of the recipe. */
  readonly heading: string;
  /** A program with its arguments that succeeds if the framework is installed, and the Debian packages that have it. */
  readonly installed: readonly [program: string, ...args: readonly string[]];
  readonly debian: string;
  /** The files that have to be executable. */
  readonly executable?: readonly string[];
  readonly files: Files;
  /** The same schema as SQL. */
  readonly sql: string;
}

const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'Alembic',
    heading: 'Alembic',
    installed: ['python3', '-c', 'import alembic, psycopg2'],
    debian: 'alembic python3-psycopg2',
    files: {
      'alembic.ini': '[alembic]\nscript_location = alembic\n',
      'alembic/env.py': `import os
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(os.environ['DB_URL'])
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
`,
      'alembic/versions/1_customers.py': `from alembic import op
import sqlalchemy as sa
revision = '1'
down_revision = None
def upgrade():
    op.create_table('customers',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column('email', sa.String(100), nullable=False, unique=True))
def downgrade():
    op.drop_table('customers')
`,
      'alembic/versions/2_orders.py': `from alembic import op
import sqlalchemy as sa
revision = '2'
down_revision = '1'
def upgrade():
    op.create_table('orders',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column('customer_id', sa.BigInteger(), sa.ForeignKey('customers.id'), nullable=False))
def downgrade():
    op.drop_table('orders')
`,
    },
    sql: `CREATE TABLE customers (id bigserial PRIMARY KEY, email varchar(100) NOT NULL UNIQUE);
CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));`,
  },
  {
    name: 'Django',
    heading: 'Django',
    installed: ['python3', '-c', 'import django, psycopg2, dj_database_url'],
    debian: 'python3-django python3-psycopg2 python3-dj-database-url',
    files: {
      'manage.py': `import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
      'settings.py': `import dj_database_url
SECRET_KEY = 'test'
INSTALLED_APPS = ['shop']
DATABASES = {'default': dj_database_url.config()}
`,
      'shop/__init__.py': '',
      'shop/migrations/__init__.py': '',
      'shop/migrations/0001_initial.py': `from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel('Customer', [
            ('id', models.BigIntegerField(primary_key=True)),
            ('email', models.TextField()),
        ]),
    ]
`,
    },
    sql: `CREATE TABLE shop_customer (id bigint PRIMARY KEY, email text NOT NULL);`,
  },
  {
    name: 'Rails',
    heading: 'Rails',
    installed: ['ruby', '-e', "require 'rails'; require 'active_record'; require 'pg'"],
    debian: 'ruby-railties ruby-activerecord ruby-pg',
    executable: ['bin/rails'],
    files: {
      'bin/rails': `#!/usr/bin/env ruby
APP_PATH = File.expand_path('../config/application', __dir__)
require 'rails/commands'
`,
      Rakefile: `require_relative 'config/application'
Rails.application.load_tasks
`,
      'config/application.rb': `require 'rails'
require 'active_record/railtie'
module Shop
  class Application < Rails::Application
    config.eager_load = false
    config.secret_key_base = 'test'
  end
end
`,
      'config/environment.rb': `require_relative 'application'
Rails.application.initialize!
`,
      'config/database.yml': 'test:\n  adapter: postgresql\n',
      'db/migrate/20260101000000_create_customers.rb': `class CreateCustomers < ActiveRecord::Migration[6.1]
  def change
    create_table(:customers) { |t| t.string :email, limit: 100, null: false }
  end
end
`,
      'db/migrate/20260102000000_create_orders.rb': `class CreateOrders < ActiveRecord::Migration[6.1]
  def change
    create_table(:orders) { |t| t.references :customer, null: false, index: false }
  end
end
`,
    },
    sql: `CREATE TABLE customers (id bigserial PRIMARY KEY, email varchar(100) NOT NULL);
CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL);`,
  },
];

/** The Python that has Debian's packages comes first. */
const env = { PATH: `/usr/bin:${process.env.PATH ?? ''}` };

const isInstalled = ([program, ...args]: Framework['installed']) =>
  promisify(execFile)(program, args, { env }).then(
    () => true,
    () => false,
  );

/** The command of a recipe in docs/command.md. */
async function recipeOf(heading: string): Promise<string> {
  const docs = await readFile('docs/command.md', 'utf8');
  const section = docs.slice(docs.indexOf(`\n### ${heading}\n`));
  const command = /```sh\n([^\n]+)\n/.exec(section)?.[1];
  if (command === undefined) throw new Error(`docs/command.md has no recipe for ${heading}.`);
  return command.replace(/^python /, 'python3 ');
}

/** The report of a project, without the lines that say where it comes from. */
async function reportOf(files: Files, executable: readonly string[] = []): Promise<string> {
  return inProject({ 'package.json': '{ "name": "shop" }', ...files }, async (cwd) => {
    for (const file of executable) await chmod(path.join(cwd, file), 0o755);
    const updated = await driftmark(['update', '--no-down'], { cwd, env });
    expect(updated).toMatchObject({ code: 0 });
    expect(await driftmark(['check', '--no-down'], { cwd, env })).toMatchObject({ code: 0 });
    return readFile(path.join(cwd, 'report.sql.md'), 'utf8');
  });
}

describe.runIf(runsAll)('the documented command of a framework', () => {
  it.for(FRAMEWORKS)('of $name makes the same report as SQL', async (framework, context) => {
    const { files, heading, installed, debian, executable, sql } = framework;
    if (!(await isInstalled(installed)))
      return context.skip(`${framework.name} is not installed: apt-get install ${debian}`);
    const config = { migrations: { command: await recipeOf(heading) } };
    const withConfig = { ...files, 'driftmark.config.json': JSON.stringify(config) };
    const report = await reportOf(withConfig, executable);
    expect(report).toBe(await reportOf({ 'migrations/1_all.sql': sql }));
  });

  it('of MikroORM makes the same report as SQL', async (context) => {
    const files = {
      // Its command line refuses to run in a package that does not depend on it.
      'package.json': '{ "name": "shop", "devDependencies": { "@mikro-orm/cli": "6.4.16" } }',
      'driftmark.config.json': JSON.stringify({ migrations: { command: await recipeOf('MikroORM') } }),
      'mikro-orm.config.js': `const { Migrator } = require('@mikro-orm/migrations');
const { defineConfig } = require('@mikro-orm/postgresql');
module.exports = defineConfig({
  clientUrl: process.env.DATABASE_URL,
  entities: [],
  discovery: { warnWhenNoEntities: false },
  extensions: [Migrator],
  migrations: { path: 'migrations', snapshot: false },
});
`,
      'migrations/Migration20260101000000_customers.js': `const { Migration } = require('@mikro-orm/migrations');
exports.Migration20260101000000_customers = class extends Migration {
  async up() { this.addSql('CREATE TABLE customers (id bigint PRIMARY KEY)'); }
};
`,
    };
    const found = await inProject(files, (dir) =>
      withPackages(dir, MIKRO_ORM, async (cwd) => {
        expect(await driftmark(['update'], { cwd, env })).toMatchObject({ code: 0, stderr: '' });
        return readFile(path.join(cwd, 'report.sql.md'), 'utf8');
      }),
    );
    if (typeof found !== 'string') return context.skip(found.unavailable);
    expect(found).toBe(
      await reportOf({ 'migrations/1_all.sql': 'CREATE TABLE customers (id bigint PRIMARY KEY);' }),
    );
  });
});

const MIKRO_ORM = ['core', 'postgresql', 'migrations', 'cli'].map((name) => `@mikro-orm/${name}@6.4.16`);
