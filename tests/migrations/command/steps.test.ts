import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../../support/cli.js';
import { inProject, type Files } from '../project.js';
import { runsAll } from '../../support/selection.js';

const PG = JSON.stringify(path.resolve('node_modules/pg/lib/index.js'));

/** A migration tool: `list`, `up` for all, `up1` and `down1`. It counts how often it was started. */
const TOOL = `
const pg = require(${PG});
const { appendFileSync, readFileSync } = require('node:fs');
const [command, name] = process.argv.slice(2);
const migrations = JSON.parse(readFileSync('migrations.json', 'utf8'));
appendFileSync('started.txt', command + '\\n');
console.error('tool ' + command);
(async () => {
  if (command === 'list') return console.log(Object.keys(migrations).join('\\n'));
  const client = new pg.Client(process.env.DATABASE_URL);
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (version text PRIMARY KEY)');
  const { rows } = await client.query('SELECT version FROM schema_migrations ORDER BY version');
  const pending = Object.keys(migrations).slice(rows.length);
  if (command === 'down1') {
    const last = rows.at(-1).version;
    await client.query(migrations[last].down);
    await client.query('DELETE FROM schema_migrations WHERE version = $1', [last]);
  } else for (const each of command === 'up1' ? pending.slice(0, 1) : pending) {
    if (name !== undefined && name !== each) throw new Error('expected ' + each + ', not ' + name);
    await client.query(migrations[each].up);
    await client.query('INSERT INTO schema_migrations VALUES ($1)', [each]);
  }
  await client.end();
})().catch((error) => { console.error(error.message); process.exit(3); });
`;

const MIGRATIONS = {
  '001': { up: 'CREATE TABLE customers (id bigint PRIMARY KEY)', down: 'DROP TABLE customers' },
  '002': { up: 'CREATE TABLE orders (id bigint PRIMARY KEY, total int)', down: 'SELECT 1' },
  '003': { up: 'CREATE INDEX orders_total ON orders (total)', down: 'DROP INDEX orders_total' },
};

/** With colours, and with the line ends of Windows. */
const LISTED = `node tool.cjs list | sed 's/.*/\\x1b[32m&\\x1b[0m\\r/'`;
const STEPS = { list: LISTED, up: 'node tool.cjs up1 {name}', down: 'node tool.cjs down1' };

const withTool = <T>(
  steps: Partial<typeof STEPS> | undefined,
  use: (cwd: string) => Promise<T>,
  files: Files = {},
): Promise<T> =>
  inProject(
    {
      'package.json': '{ "name": "shop" }',
      'driftmark.config.json': JSON.stringify({ migrations: { command: 'node tool.cjs up', steps } }),
      'tool.cjs': TOOL,
      'migrations.json': JSON.stringify(MIGRATIONS),
      ...files,
    },
    use,
  );

const started = async (cwd: string) =>
  (await readFile(path.join(cwd, 'started.txt'), 'utf8')).trim().split('\n');

type Mistake = readonly [
  steps: { readonly list?: string; readonly up?: string; readonly down?: string },
  message: RegExp,
];

const MISTAKES: readonly Mistake[] = [
  [{ list: 'echo one; echo two; echo one' }, /printed one twice.*migrations\.steps\.list/s],
  [{ list: 'true' }, /printed nothing/],
  [{ list: `echo '["001", "002"]'` }, /printed JSON: \["001".*one name per line/s],
  [{ list: 'no-such-tool list' }, /exit code 127.*Install the program.*migrations\.steps\.list/s],
  [{ list: 'echo no >&2; exit 4' }, /exit code 4.*no\n.*migrations\.steps\.list/s],
  [{ list: `echo 'a;b'; echo c` }, /a;b has a character that the shell interprets/],
  [{ up: 'node tool.cjs up1 other' }, /expected 001, not other.*migrations\.steps\.up/s],
];

/** Mistakes that show after several commands. */
const LATE_MISTAKES: readonly Mistake[] = [
  [{ up: 'true' }, /probably connected to another database/],
  [{ down: 'exit 5' }, /002.*exit code 5|exit code 5/s],
];

describe('the steps of a migration command', () => {
  it('name the migration of each change, and are not run if nothing changed', async () => {
    const { down: _down, ...steps } = STEPS;
    await withTool(steps, async (cwd) => {
      expect(await driftmark(['update'], { cwd })).toMatchObject({ code: 0, stderr: '' });
      const checked = await driftmark(['check'], { cwd });
      expect(checked.stdout).toMatch(/in sync \(command, 3 migrations, 2 tables/);
      expect(await started(cwd)).toEqual(['list', 'up', 'list', 'up']);
      const changed = {
        ...MIGRATIONS,
        '002': { ...MIGRATIONS['002'], up: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint)' },
        '004': { up: 'ALTER TABLE customers ADD email text', down: '' },
      };
      await writeFile(path.join(cwd, 'migrations.json'), JSON.stringify(changed));
      const { code, stdout } = await driftmark(['check'], { cwd });
      expect(code).toBe(2);
      expect(stdout).toMatch(/\+ column email .*004/);
      expect(stdout).toMatch(/~ column total .*002/);
    });
  });

  it('try the downs, and name those that do not restore the schema', async () => {
    await withTool(STEPS, async (cwd) => {
      expect(await driftmark(['update'], { cwd })).toMatchObject({ code: 0 });
      const report = await readFile(path.join(cwd, 'report.sql.md'), 'utf8');
      expect(report).toContain('> Failed to migrate down from:\n>\n> - `002`\n');
      expect(await driftmark(['update', '--no-down'], { cwd })).toMatchObject({ code: 0 });
    });
  });

  it.each(runsAll ? [...MISTAKES, ...LATE_MISTAKES] : MISTAKES)(
    'fail with a message: %j',
    async (mistake, message) => {
      await withTool({ ...STEPS, ...mistake }, async (cwd) => {
        const { stdout, stderr } = await driftmark(['update'], { cwd });
        expect(stdout + stderr).toMatch(message);
      });
    },
  );
});

/** The Python that has Debian's packages comes first. */
const env = { PATH: `/usr/bin:${process.env.PATH ?? ''}` };

const hasAlembic = () =>
  promisify(execFile)('python3', ['-c', 'import alembic, psycopg2'], { env }).then(
    () => true,
    () => false,
  );

const revision = (
  id: string,
  before: string | undefined,
  up: string,
  down: string,
): string => `from alembic import op
revision = '${id}'
down_revision = ${before === undefined ? 'None' : `'${before}'`}
def upgrade():
    op.execute('${up}')
def downgrade():
    op.execute('${down}')
`;

it.runIf(runsAll)('attributes the changes of Alembic with the documented steps', async (context) => {
  if (!(await hasAlembic()))
    return context.skip('Python modules are missing: apt-get install alembic python3-psycopg2');
  const docs = await readFile('docs/command.md', 'utf8');
  const section = docs.slice(docs.indexOf('\n### Alembic\n'));
  const config = /```json\n([^]*?)```/.exec(section)?.[1] ?? '';
  const files = {
    'package.json': '{ "name": "shop" }',
    'driftmark.config.json': config,
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
    'alembic/versions/a_customers.py': revision(
      'b2c3',
      undefined,
      'CREATE TABLE customers (id bigint)',
      'DROP TABLE customers',
    ),
    'alembic/versions/b_orders.py': revision('a1b2', 'b2c3', 'CREATE TABLE orders (id bigint)', 'SELECT 1'),
  };
  await inProject(files, async (cwd) => {
    const updated = await driftmark(['update'], { cwd, env });
    expect(updated).toMatchObject({ code: 0 });
    const report = await readFile(path.join(cwd, 'report.sql.md'), 'utf8');
    expect(report).toContain('> Failed to migrate down from:\n>\n> - `a1b2`\n');
    await writeFile(
      path.join(cwd, 'alembic/versions/c_email.py'),
      revision('c3d4', 'a1b2', 'ALTER TABLE customers ADD email text', 'ALTER TABLE customers DROP email'),
    );
    const { stdout } = await driftmark(['check', '--no-down'], { cwd, env });
    expect(stdout).toMatch(/\+ column email .*c3d4/);
  });
});
