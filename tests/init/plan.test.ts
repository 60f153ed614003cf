import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MIGRATION, PACKAGE, planned, type Files } from './planned.js';

describe('init plans a config', () => {
  it.each([
    { files: { ...MIGRATION, ...PACKAGE }, name: 'driftmark.config.mjs', holds: 'export default {\n  //' },
    {
      files: { ...MIGRATION, ...PACKAGE, 'tsconfig.json': '{}' },
      name: 'driftmark.config.ts',
      holds: '} satisfies UserConfig;',
    },
    {
      files: { ...PACKAGE, 'db/migrations/001.sql': 'SELECT 1;' },
      name: 'driftmark.config.mjs',
      holds: "  migrations: 'db/migrations',",
    },
    {
      files: { ...PACKAGE, 'db/structure.sql': 'CREATE TABLE a (b int);' },
      name: 'driftmark.config.mjs',
      holds: "  migrations: 'db/structure.sql',",
    },
    {
      files: { ...PACKAGE, 'db/changelog/a.sql': '--liquibase formatted sql\n--changeset a:1\nSELECT 1;' },
      name: 'driftmark.config.mjs',
      holds: "  migrations: 'db/changelog',",
    },
    {
      files: {
        ...PACKAGE,
        'services/a/package.json': '{}',
        'services/a/migrations/001.sql': 'SELECT 1;',
        'services/b/package.json': '{}',
        'services/b/sql/migrations/001.sql': 'SELECT 1;',
      },
      name: 'driftmark.config.mjs',
      holds: "  targets: [ 'services/a', { path: 'services/b', migrations: 'sql/migrations' } ],",
    },
  ])('$name with $holds', async ({ files, name, holds }) => {
    const plan = await planned(files);
    expect(plan.files[name]).toContain(holds);
    expect(plan.again).toEqual([]);
  });

  it('without targets that a workspace has by default', async () => {
    const plan = await planned({
      'package.json': '{ "workspaces": ["packages/*"] }',
      'packages/a/package.json': '{}',
      'packages/a/migrations/001.sql': 'SELECT 1;',
      'packages/a/dist/migrations/001.sql': 'SELECT 1;',
    });
    expect(plan.files['driftmark.config.mjs']).not.toContain('targets');
    expect(plan.reports).toEqual(['new packages/a/report.sql.md']);
  });

  it('in JSON with the name, if the project has no package.json', async () => {
    const plan = await planned(MIGRATION);
    expect(JSON.parse(plan.files['driftmark.config.json'] ?? '')).toEqual({
      name: expect.stringMatching(/^driftmark-test-/) as string,
    });
  });

  it.each([
    {
      of: 'two folders of one package, each with a report',
      files: { 'a/db/migrations/001.sql': 'SELECT 1;', 'b/migrate/001.sql': 'SELECT 1;' },
      targets: [
        { path: 'a/db', name: 'acme/a/db' },
        { path: 'b', name: 'acme/b', migrations: 'migrate' },
      ],
      reports: ['new a/db/report.sql.md', 'new b/report.sql.md'],
    },
    {
      of: 'two sibling folders, each with a report',
      files: { 'db/migrate/001.sql': 'SELECT 1;', 'db/migrations/001.sql': 'SELECT 1;' },
      targets: [
        { path: 'db', name: 'acme/db', migrations: 'migrate' },
        { path: 'db', name: 'acme/db/migrations', report: 'report-migrations.sql.md' },
      ],
      reports: ['new db/report.sql.md', 'new db/report-migrations.sql.md'],
    },
    {
      of: 'a migrations folder in a migrations folder, only once',
      files: { 'x/migrate/migrations/001.sql': 'SELECT 1;' },
      migrations: 'x/migrate/migrations',
      reports: ['new report.sql.md'],
    },
    {
      of: 'the PostgreSQL folder among those of other databases',
      files: {
        'db/migrations/mysql/001.sql': 'SELECT 1;',
        'db/migrations/postgres/001.sql': 'SELECT 1;',
        'db/migrations/sqlite/001.sql': 'SELECT 1;',
        'sqlite/migrations/001.sql': 'SELECT 1;',
        'crates/server-sqlite/migrations/001.sql': 'SELECT 1;',
      },
      migrations: 'db/migrations',
      reports: ['new report-postgres.sql.md'],
    },
    {
      of: 'migrations without test files and files that export something else',
      files: {
        'db/migrations/001.sql': 'SELECT 1;',
        'src/migrations/2022_users.test.js': 'exports.up = 1;',
        'src/other/migrations/files.js': 'exports.upload = 1; // export up',
      },
      migrations: 'db/migrations',
      reports: ['new report.sql.md'],
    },
    {
      of: 'migrations without an archive of older ones',
      files: { 'db/migrations/002.sql': 'SELECT 1;', 'db/migrations/archives/001.sql': 'SELECT 1;' },
      migrations: 'db/migrations',
      reports: ['new report.sql.md'],
    },
    {
      of: 'migrations without their tests',
      files: { 'db/migrations/001.sql': 'SELECT 1;', 'db/migrations/tests/001.sql': 'SELECT 1;' },
      migrations: 'db/migrations',
      reports: ['new report.sql.md'],
    },
  ])('with targets for $of', async ({ files, targets, migrations, reports }) => {
    const plan = await planned({ ...PACKAGE, ...(files as Files) });
    const { default: config } = (await import(
      `data:text/javascript,${encodeURIComponent(plan.files['driftmark.config.mjs'] ?? '')}`
    )) as { default: object };
    expect(config).toEqual({ ...(targets && { targets }), ...(migrations && { migrations }) });
    expect(plan.reports).toEqual(reports);
    expect(plan.again).toEqual([]);
  });

  it.each([
    { file: 'supabase/config.toml', text: '[db]\nport = 54322\nmajor_version = 16\n' },
    { file: 'docker/compose.yml', text: 'services: { db: { image: postgres:16 } }\n' },
    { file: '.circleci/config.yml', text: 'docker: [{ image: cimg/postgres:16.2 }]\n' },
    { file: 'docker-compose.yml', text: 'services:\n  db:\n    image: postgres:16-alpine\n' },
    { file: 'compose.yaml', text: 'services: { db: { image: "pgvector/pgvector:pg16" } }\n' },
    { file: 'compose.dev.yaml', text: 'services: { db: { image: postgres:${PG:-16} } }\n' },
    { file: '.tool-versions', text: 'nodejs 22.1.0\npostgres 16.2\n' },
    { file: 'mise.toml', text: '[tools]\npostgres = "16"\n' },
    {
      file: '.github/workflows/ci.yml',
      text: 'jobs: { t: { services: { db: { image: postgis/postgis:16-3.4 } } } }',
    },
    { file: '.gitlab-ci.yml', text: 'test:\n  services:\n    - postgres:16\n' },
  ])('with the PostgreSQL version in $file', async ({ file, text }) => {
    const plan = await planned({ ...MIGRATION, ...PACKAGE, [file]: text });
    expect(plan.files['driftmark.config.mjs']).toContain(`\n  postgresVersion: 16, // as in ${file}\n`);
  });

  it.each([
    {
      of: 'a matrix of versions',
      file: '.github/workflows/ci.yml',
      text: 'image: postgres:15\nimage: postgres:16\n',
    },
    { of: 'a URL', file: 'compose.yml', text: 'URL: postgres://postgres:16@db:5432/app\n' },
    { of: 'a version that is not supported', file: 'compose.yml', text: 'image: postgres:9.6\n' },
    { of: 'a comment', file: 'compose.yml', text: '# image: postgres:16\n' },
  ])('without a PostgreSQL version from $of', async ({ file, text }) => {
    const plan = await planned({ ...MIGRATION, ...PACKAGE, [file]: text });
    expect(plan.files['driftmark.config.mjs']).toContain('  // postgresVersion: 16,');
  });

  it('only if the project does not have one', async () => {
    const plan = await planned({
      ...MIGRATION,
      'package.json': '{ "name": "acme", "driftmark": { "jobs": 1 } }',
    });
    expect(Object.keys(plan.files)).toEqual(['.gitattributes']);
  });

  it('or fails without migrations', async () => {
    await expect(planned(PACKAGE)).rejects.toMatchObject({ code: 'no-target' });
  });
});

const TITLE = '## SQL Report file for "acme"\n\n> Do not edit this file. It is a report generated by `';

describe('init plans reports', () => {
  it('only for targets without a report', async () => {
    const plan = await planned({
      ...MIGRATION,
      'migrations/billing/001.sql': 'SELECT 1;',
      'report.sql.md': `${TITLE}yarn build:api-reports\`\n`,
    });
    expect(plan.reports).toEqual(['backstage report.sql.md', 'new report-billing.sql.md']);
  });

  it.each([
    { are: 'all in the format of Backstage', rest: 'yarn build:api-reports`\n', holds: true },
    {
      are: 'in the full format',
      rest: 'npx driftmark update`\n\n<!-- driftmark format=1 -->\n',
      holds: false,
    },
  ])('in the format of existing reports that are $are', async ({ rest, holds }) => {
    const plan = await planned({ ...MIGRATION, ...PACKAGE, 'report.sql.md': TITLE + rest });
    expect(plan.files['driftmark.config.mjs']?.includes("reportFormat: 'backstage',")).toBe(holds);
  });
});

describe('init plans a check before each commit', () => {
  const CHECK = 'node_modules/.bin/driftmark check --quiet --changed-since HEAD';

  it.each([
    { manager: 'husky, new', name: '.husky/pre-commit', files: { '.husky/_/x': '' }, after: `${CHECK}\n` },
    {
      manager: 'husky',
      name: '.husky/pre-commit',
      files: { '.husky/pre-commit': 'npm test' },
      after: `npm test\n${CHECK}\n`,
    },
    {
      manager: 'lefthook',
      name: 'lefthook.yml',
      files: { 'lefthook.yml': '# ours\npre-commit:\n  commands:\n    lint:\n      run: eslint\n' },
      after: `# ours\npre-commit:\n  commands:\n    lint:\n      run: eslint\n    driftmark:\n      run: ${CHECK}\n`,
    },
    {
      manager: 'lefthook with jobs',
      name: '.lefthook.yml',
      files: { '.lefthook.yml': 'pre-commit:\n  jobs:\n    - run: eslint\n' },
      after: `pre-commit:\n  jobs:\n    - run: eslint\n    - name: driftmark\n      run: ${CHECK}\n`,
    },
    {
      manager: 'pre-commit',
      name: '.pre-commit-config.yaml',
      files: { '.pre-commit-config.yaml': 'repos:\n  - repo: https://example.com/x # kept\n    rev: v1\n' },
      after: `repos:\n  - repo: https://example.com/x # kept\n    rev: v1\n  - repo: local\n    hooks:\n      - id: driftmark\n        name: driftmark\n        entry: ${CHECK}\n        language: system\n        pass_filenames: false\n`,
    },
    {
      manager: 'pre-commit with a style of its own',
      name: '.pre-commit-config.yaml',
      files: {
        '.pre-commit-config.yaml':
          'repos:\n-   repo: https://example.com/x\n    hooks:\n    -   id: eol\n        args: ["--fix"] # kept\n\n# the end\nci: {skip: [a]}\n',
      },
      after: `repos:\n-   repo: https://example.com/x\n    hooks:\n    -   id: eol\n        args: ["--fix"] # kept\n- repo: local\n  hooks:\n    - id: driftmark\n      name: driftmark\n      entry: ${CHECK}\n      language: system\n      pass_filenames: false\n\n# the end\nci: {skip: [a]}\n`,
    },
  ])('with $manager', async ({ name, files, after }) => {
    const all: Files = { ...MIGRATION, ...PACKAGE, ...files };
    const plan = await planned(all);
    expect(plan.files[name]).toBe(after);
    expect(plan.again).toEqual([]);
  });

  it('that runs in the package folder, if it is below the root of the repository', async () => {
    const files = {
      "it's/migrations/001.sql": 'SELECT 1;',
      "it's/package.json": '{}',
      '.husky/pre-commit': '',
    };
    expect((await planned(files, "it's")).files['.husky/pre-commit']).toBe(`(cd 'it'\\''s' && ${CHECK})\n`);
  });

  it('with pre-commit as a program with arguments, not as a shell command', async () => {
    const files = {
      'a b/migrations/001.sql': 'SELECT 1;',
      'a b/package.json': '{}',
      '.pre-commit-config.yaml': '',
    };
    const { repos } = parse((await planned(files, 'a b')).files['.pre-commit-config.yaml'] ?? '') as {
      repos: { hooks: { entry: string }[] }[];
    };
    expect(repos[0]?.hooks[0]?.entry).toBe(`sh -c "(cd 'a b' && ${CHECK})"`);
  });

  it.each(['lefthook.yml', '.pre-commit-config.yaml'])('or fails if %s cannot be parsed', async (name) => {
    await expect(planned({ ...MIGRATION, [name]: 'a: [' })).rejects.toMatchObject({
      code: 'file-failed',
      place: { file: expect.stringContaining(name) as string },
    });
  });

  it('only with a hook manager', async () => {
    expect(Object.keys((await planned({ ...MIGRATION, ...PACKAGE })).files).sort()).toEqual([
      '.gitattributes',
      'driftmark.config.mjs',
    ]);
  });
});

describe('init plans .gitattributes', () => {
  it.each([
    { before: '*.png binary', after: '*.png binary\nreport*.sql.md text eol=lf diff=markdown\n' },
    { before: '', after: 'report*.sql.md text eol=lf diff=markdown\n' },
  ])('with a line added to $before', async ({ before, after }) => {
    const plan = await planned({ ...MIGRATION, '.gitattributes': before });
    expect(plan.files['.gitattributes']).toBe(after);
  });
});

describe('init without migrations that driftmark can read', () => {
  it.each([
    { files: { 'db/migrate/2020_a.rb': '' }, says: 'migrations of Rails, such as db/migrate/2020_a.rb.' },
    {
      files: { 'app/migrations/__init__.py': '', 'app/migrations/0001_a.py': 'from django.db import models' },
      says: 'migrations of Django, such as app/migrations/0001_a.py.',
    },
    {
      files: { 'alembic/env.py': '', 'alembic/versions/a.py': 'from alembic import op' },
      says: 'migrations of Alembic, such as alembic/versions/a.py.',
    },
    {
      files: { 'migrations/Migration1.ts': "import { Migration } from '@mikro-orm/migrations';" },
      says: 'migrations of MikroORM, such as migrations/Migration1.ts.',
    },
    { files: { 'internal/migrations/1.go': '' }, says: 'It does not run internal/migrations/1.go.' },
  ])('says that it does not run $files', async ({ files, says }) => {
    await expect(planned(files as Files)).rejects.toMatchObject({
      message: expect.stringContaining(says) as string,
      remedy: expect.stringContaining('"command"') as string,
    });
  });
});
