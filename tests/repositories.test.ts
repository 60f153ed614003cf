import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { driftmark } from './support/cli.js';
import { runsAll } from './support/selection.js';
import { bash, commitAll, inRepository, writeFiles, type Files } from './support/repository.js';

const knexMigration = (table: string) => `
exports.up = (knex) => knex.schema.createTable('${table}', (t) => { t.increments(); });
exports.down = (knex) => knex.schema.dropTable('${table}');
`;
const manifest = (name: string, more: object = {}) => JSON.stringify({ name, version: '1.0.0', ...more });
const AUTH = 'fixtures/auth';

/** What a new user has before the first command, and what a further migration is. */
interface Repository {
  readonly of: string;
  readonly files: () => Promise<Files>;
  readonly reports: readonly string[];
  readonly later: Files;
  /** Beside the reports. */
  readonly written: readonly string[];
}

const REPOSITORIES: readonly Repository[] = [
  {
    of: 'a yarn workspace like that of Backstage',
    files: async () => ({
      'package.json': manifest('root', {
        private: true,
        workspaces: { packages: ['packages/*', 'plugins/*'] },
      }),
      'yarn.lock': '__metadata:\n  version: 8\n',
      'tsconfig.json': '{}',
      '.github/CODEOWNERS': '* @acme/maintainers\n',
      '.husky/pre-commit': 'yarn lint-staged\n',
      'packages/app/package.json': manifest('app'),
      ...(await backstagePlugin('plugins/auth-backend')),
      'plugins/jobs-backend/package.json': manifest('@acme/plugin-jobs-backend'),
      'plugins/jobs-backend/migrations/20260101_init.js': knexMigration('jobs'),
    }),
    reports: ['plugins/auth-backend/report.sql.md', 'plugins/jobs-backend/report.sql.md'],
    later: { 'plugins/jobs-backend/migrations/20260102_more.js': knexMigration('runs') },
    written: [
      'driftmark.config.ts',
      '.github/workflows/driftmark.yml',
      '.husky/pre-commit',
      '.gitattributes',
    ],
  },
  {
    of: 'a pnpm monorepo',
    files: () =>
      Promise.resolve({
        'package.json': manifest('root', { private: true }),
        'pnpm-workspace.yaml': 'packages:\n  - services/*\n',
        'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
        '.gitlab-ci.yml': 'test:\n  script: pnpm test\n',
        'lefthook.yml': 'pre-commit:\n  commands: {}\n',
        'services/orders/package.json': manifest('@acme/orders'),
        'services/orders/migrations/001_init.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);',
        'services/billing/package.json': manifest('@acme/billing'),
        'services/billing/db/migrations/001_init.sql': 'CREATE TABLE invoices (id bigint PRIMARY KEY);',
      }),
    reports: ['services/billing/report.sql.md', 'services/orders/report.sql.md'],
    later: { 'services/billing/db/migrations/002_more.sql': 'ALTER TABLE invoices ADD total numeric(12,2);' },
    written: ['driftmark.config.mjs', '.gitlab-ci.yml', 'lefthook.yml', '.gitattributes'],
  },
  {
    of: 'a single package',
    files: () =>
      Promise.resolve({
        'package.json': manifest('shop'),
        'package-lock.json': '{}',
        '.pre-commit-config.yaml': 'repos: []\n',
        'migrations/001_init.js': knexMigration('carts'),
      }),
    reports: ['report.sql.md'],
    later: { 'migrations/002_more.js': knexMigration('orders') },
    written: ['driftmark.config.mjs', '.pre-commit-config.yaml', '.gitattributes'],
  },
  {
    of: 'a folder without package.json',
    files: () => Promise.resolve({ 'migrations/001_init.sql': 'CREATE TABLE t (id int);' }),
    reports: ['report.sql.md'],
    later: { 'migrations/002_more.sql': 'ALTER TABLE t ADD name text;' },
    written: ['driftmark.config.json', '.gitattributes'],
  },
];

/** The one that takes the least time. */
const IN_DEFAULT_RUN = REPOSITORIES.slice(-1);

/** A plugin as it stands in a repository that has reports already. */
async function backstagePlugin(dir: string): Promise<Files> {
  const names = (await readdir(path.join(AUTH, 'migrations'))).map((name) => `migrations/${name}`);
  const texts = await Promise.all(
    ['package.json', 'report.sql.md', ...names].map(async (name): Promise<[string, string]> => [
      `${dir}/${name}`,
      await readFile(path.join(AUTH, name), 'utf8'),
    ]),
  );
  return Object.fromEntries(texts);
}

describe.each(runsAll ? REPOSITORIES : IN_DEFAULT_RUN)('$of', ({ files, reports, later, written }) => {
  it('goes from nothing to a failing and a passing check in three commands each', async () => {
    await inRepository(await files(), async (cwd) => {
      commitAll(cwd);
      const before = await textsOf(cwd, reports);
      const run = async (...args: string[]) => {
        const { code, stdout } = await driftmark(args, { cwd });
        return { code, stdout };
      };

      // From nothing to a failing check: set up, and write a migration without its report.
      expect(await run('init', '--yes')).toMatchObject({ code: 0 });
      const setUp = await textsOf(cwd, [...reports, ...written]);
      expect(Object.entries(setUp).filter(([, text]) => text === undefined)).toEqual([]);
      for (const [name, text] of Object.entries(before))
        if (text !== undefined) expect(setUp[name]).toBe(text);
      commitAll(cwd);
      await writeFiles(cwd, later);
      const failing = await run('check');
      expect(failing).toMatchObject({ code: 2, stdout: expect.stringContaining('out of date') as string });

      // And on to a passing one, with the command that it names.
      const [, accept = ''] = /Accept with (?:npx|yarn|pnpm exec) driftmark (.*)/.exec(failing.stdout) ?? [];
      expect(await run(...accept.split(' '))).toMatchObject({ code: 0 });
      expect(await run('check', '--quiet')).toEqual({ code: 0, stdout: '' });
    });
  });
});

async function textsOf(
  dir: string,
  names: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> {
  const texts = await Promise.all(
    names.map((name) => readFile(path.join(dir, name), 'utf8').catch(() => undefined)),
  );
  return Object.fromEntries(names.map((name, at) => [name, texts[at]]));
}

describe('what init writes', () => {
  const files = {
    'package.json': manifest('shop'),
    '.github/CODEOWNERS': '',
    '.gitlab-ci.yml': '',
    '.husky/pre-commit': '',
    'migrations/001_init.sql': 'CREATE TABLE t (id int);',
  };

  it('checks in CI and before a commit, and is not written twice', async () => {
    await inRepository(files, async (cwd) => {
      expect(await driftmark(['init', '--yes'], { cwd })).toMatchObject({ code: 0 });
      const names = [
        '.github/workflows/driftmark.yml',
        '.gitlab-ci.yml',
        '.husky/pre-commit',
        '.gitattributes',
      ];
      const written = await textsOf(cwd, names);
      expect(await driftmark(['init'], { cwd })).toMatchObject({ code: 0 });
      expect(await textsOf(cwd, names)).toEqual(written);

      commitAll(cwd);
      const [workflow, gitlab, hook = ''] = Object.values(written);
      const { jobs } = parse(workflow ?? '') as { jobs: { schema: { steps: { run?: string }[] } } };
      const { driftmark: job } = parse(gitlab ?? '') as { driftmark: { script: string[] } };
      expect(await bash(hook, cwd)).toEqual({ code: 0, stdout: '', stderr: '' });
      await writeFiles(cwd, { 'migrations/002.sql': 'ALTER TABLE t ADD name text;' });
      for (const line of [jobs.schema.steps.at(-1)?.run, job.script.at(-1), hook])
        expect({ line, ...(await bash(line ?? '', cwd)) }).toMatchObject({ line, code: 2 });
    });
  });
});
