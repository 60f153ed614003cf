import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MIGRATION, PACKAGE, planned, type Files } from './planned.js';

describe('CI', () => {
  it.each([
    { lock: { 'package-lock.json': '' }, runs: ['npm ci', 'npx driftmark check'], add: 'npm i -D driftmark' },
    { lock: {}, runs: ['npm i', 'npx driftmark check'], add: 'npm i -D driftmark' },
    {
      lock: { 'pnpm-lock.yaml': '' },
      runs: ['corepack enable', 'pnpm i --frozen-lockfile', 'pnpm exec driftmark check'],
      add: 'pnpm add -D driftmark',
    },
    {
      lock: { 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': 'packages: [a]' },
      runs: ['corepack enable', 'pnpm i --frozen-lockfile', 'pnpm exec driftmark check'],
      add: 'pnpm add -w -D driftmark',
    },
    {
      lock: { 'yarn.lock': '# yarn lockfile v1' },
      runs: ['corepack enable', 'yarn install --frozen-lockfile', 'yarn driftmark check'],
      add: 'yarn add -D driftmark',
    },
    {
      lock: { 'yarn.lock': '', 'package.json': '{ "workspaces": ["a"] }' },
      runs: ['corepack enable', 'yarn install --frozen-lockfile', 'yarn driftmark check'],
      add: 'yarn add -W -D driftmark',
    },
    {
      lock: { 'yarn.lock': '__metadata:\n  version: 8\n', 'package.json': '{ "workspaces": ["a"] }' },
      runs: ['corepack enable', 'yarn install --immutable', 'yarn driftmark check'],
      add: 'yarn add -D driftmark',
    },
    {
      lock: { 'yarn.lock': '', 'package.json': '{ "packageManager": "yarn@4.9.1" }' },
      runs: ['corepack enable', 'yarn install --immutable', 'yarn driftmark check'],
      add: 'yarn add -D driftmark',
    },
    {
      lock: { 'bun.lock': '' },
      runs: ['bun install --frozen-lockfile', 'bunx driftmark check'],
      add: 'bun add -D driftmark',
    },
  ])('of GitHub runs $runs', async ({ lock, runs, add }) => {
    const files: Files = { ...MIGRATION, 'package.json': '{}', '.github/CODEOWNERS': '', ...lock };
    const plan = await planned(files);
    const { jobs } = parse(plan.files['.github/workflows/driftmark.yml'] ?? '') as {
      jobs: { schema: { steps: { run?: string }[] } };
    };
    expect(jobs.schema.steps.flatMap(({ run }) => run ?? [])).toEqual(runs);
    expect(plan.add).toBe(add);
  });

  it.each([
    { file: '.nvmrc', text: 'v24.1.0\n', major: 24 },
    { file: '.nvmrc', text: 'lts/*\n', major: 22 },
    { file: '.node-version', text: '20', major: 20 },
    { file: '.tool-versions', text: 'nodejs 24.0.0\n', major: 24 },
    { file: 'package.json', text: '{ "engines": { "node": ">=24" } }', major: 24 },
    { file: 'package.json', text: '{ "engines": { "node": "^20.19.0 || >=24" } }', major: 24 },
    { file: 'package.json', text: '{ "engines": { "node": "20.x" } }', major: 20 },
    { file: 'package.json', text: '{ "engines": { "node": ">=18 <23" } }', major: 22 },
    { file: 'package.json', text: '{ "engines": { "node": "16" } }', major: 22 },
  ])('uses Node $major for $file with $text', async ({ file, text, major }) => {
    const plan = await planned({ ...MIGRATION, ...PACKAGE, '.github/CODEOWNERS': '', [file]: text });
    expect(plan.files['.github/workflows/driftmark.yml']).toContain(`node-version: ${major}\n`);
  });

  it.each([
    {
      below: '.',
      files: {
        'app/package.json': '{}',
        'app/package-lock.json': '{}',
        'app/migrations/001.sql': 'SELECT 1;',
      },
      runs: [{ run: 'npm ci', 'working-directory': 'app' }, { run: 'npx --yes driftmark check' }],
    },
    {
      below: 'packages/a',
      files: {
        'package.json': '{ "workspaces": ["packages/*"] }',
        'package-lock.json': '{}',
        'packages/a/package.json': '{}',
        'packages/a/migrations/001.sql': 'SELECT 1;',
      },
      runs: [{ run: 'npm ci', 'working-directory': '.' }, { run: 'npx driftmark check' }],
    },
  ])('installs in the folder of the lock file, set up in $below', async ({ below, files, runs }) => {
    const plan = await planned(
      { '.github/CODEOWNERS': '', '.gitlab-ci.yml': '', ...(files as Files) },
      below,
    );
    const { jobs } = parse(plan.files['.github/workflows/driftmark.yml'] ?? '') as {
      jobs: { schema: { steps: { run?: string }[] } };
    };
    expect(jobs.schema.steps.filter(({ run }) => run !== undefined)).toEqual(runs);
    const gitlab = parse(plan.files['.gitlab-ci.yml'] ?? '') as { driftmark: { script: string[] } };
    expect(gitlab.driftmark.script.slice(0, -1)).toEqual(
      below === '.' ? ["(cd 'app' && npm ci)"] : ['npm ci', "cd 'packages/a'"],
    );
  });

  it.each([
    { url: 'git@github.com:acme/shop.git', file: '.github/workflows/driftmark.yml' },
    { url: 'https://me:secret@github.acme.example:8443/acme/shop', file: '.github/workflows/driftmark.yml' },
    { url: 'https://gitlab.com/github/shop.git', file: '.gitlab-ci.yml' },
    { url: 'ssh://git@gitlab.acme.example/acme/shop.git', file: '.gitlab-ci.yml' },
    { url: '../github.com', file: undefined },
  ])('is that of the place where git pushes to: $url', async ({ url, file }) => {
    const plan = await planned({ ...MIGRATION, '.git/config': `[remote "origin"]\n\turl = ${url}\n` });
    expect(Object.keys(plan.files).filter((name) => /^\.git(hub|lab)/.test(name))).toEqual(
      file ? [file] : [],
    );
    expect(plan.ci).toHaveLength(file ? 1 : 0);
  });

  it('of GitHub runs in the folder below the repository', async () => {
    const files = { 'a/migrations/001.sql': 'SELECT 1;', 'a/package.json': '{}', '.github/CODEOWNERS': '' };
    const plan = await planned(files, 'a');
    expect(plan.files['.github/workflows/driftmark.yml']).toContain('working-directory: "a"');
  });

  it('is left alone where it checks already', async () => {
    const plan = await planned({ ...MIGRATION, '.github/workflows/ci.yml': 'run: npx driftmark check' });
    expect(plan.files).not.toHaveProperty('.github/workflows/driftmark.yml');
  });

  it.each([
    { before: 'test:\n  script: npm test', stage: undefined },
    { before: 'stages: [build, test]\n', stage: undefined },
    { before: 'stages: [verify, ship]\nx:\n  script: !reference [.a, b]\n', stage: 'verify' },
  ])('of GitLab gets a job: $before', async ({ before, stage }) => {
    const plan = await planned({ ...MIGRATION, ...PACKAGE, '.gitlab-ci.yml': before });
    const after = plan.files['.gitlab-ci.yml'] ?? '';
    expect(after.startsWith(before)).toBe(true);
    expect((parse(after, { logLevel: 'silent' }) as Record<string, unknown>).driftmark).toEqual({
      ...(stage && { stage }),
      image: 'node:22',
      script: ['npm ci', GITLAB_CHECK],
      artifacts: { when: 'always', reports: { junit: 'driftmark.xml' } },
    });
    expect(plan.again).toEqual([]);
  });

  it('of GitLab goes once into the folder below the repository', async () => {
    const files = { "it's/migrations/001.sql": 'SELECT 1;', "it's/package.json": '{}', '.gitlab-ci.yml': '' };
    const plan = await planned(files, "it's");
    expect((parse(plan.files['.gitlab-ci.yml'] ?? '') as Record<string, unknown>).driftmark).toMatchObject({
      script: ["cd 'it'\\''s'", 'npm i', GITLAB_CHECK],
      artifacts: { reports: { junit: "it's/driftmark.xml" } },
    });
  });
});

const GITLAB_CHECK = 'npx driftmark check --reporter text --reporter junit --output-file driftmark.xml';
