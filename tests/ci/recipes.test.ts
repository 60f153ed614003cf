import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bash, commitAll, inRepository, writeFiles } from '../support/repository.js';
import { liveDatabase } from '../support/live-project.js';
import { onSharedScratch, sharedServer } from '../support/shared-server.js';
import { runsAll } from '../support/selection.js';

/** The code blocks of a page that follow a comment `tried`. */
async function recipes(page: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(page, 'utf8');
  const blocks = text.matchAll(/<!-- tried: (.+) -->\n\n```\w+\n([^]*?)^```/gm);
  return new Map([...blocks].map(([, name = '', block = '']) => [name, block]));
}

const yaml = <T>(text: string | undefined) => parse(text ?? '') as T;
const ci = await recipes('docs/ci.md');
const hooks = await recipes('docs/pre-commit.md');
const scheduled = await recipes('docs/scheduled.md');
const github = yaml<{ jobs: { schema: { steps: { run?: string }[] } } }>(ci.get('github line'));
const gitlab = yaml<{ driftmark: { script: string[] } }>(ci.get('gitlab job'));
const hourly = yaml<{ jobs: { drift: { steps: { run?: string }[] } } }>(scheduled.get('github schedule'));
const lefthook = yaml<{ 'pre-commit': { commands: { driftmark: { run: string } } } }>(hooks.get('lefthook'));
const preCommit = yaml<{ repos: { hooks: { entry: string }[] }[] }>(hooks.get('pre-commit'));
const own = yaml<{ id: string; entry: string; language: string }[]>(
  await readFile('.pre-commit-hooks.yaml', 'utf8'),
);

const LINES: Readonly<Record<string, string | undefined>> = {
  'GitHub Actions': github.jobs.schema.steps.at(-1)?.run,
  GitLab: gitlab.driftmark.script.at(-1),
  husky: hooks.get('husky'),
  lefthook: lefthook['pre-commit'].commands.driftmark.run,
  'pre-commit, from the project': preCommit.repos[0]?.hooks[0]?.entry,
  ...Object.fromEntries(own.map(({ id, entry }) => [`pre-commit, ${id}`, entry])),
};

const FILES = {
  'package.json': '{ "name": "shop" }',
  'migrations/1.sql': 'CREATE TABLE t (id int);',
};

describe('the recipes of the docs', () => {
  it.runIf(runsAll)('fail a build or a commit if the report is stale', async () => {
    await inRepository(FILES, async (cwd) => {
      commitAll(cwd);
      await writeFiles(cwd, { 'migrations/2.sql': 'ALTER TABLE t ADD name text;' });
      const bin = path.join(cwd, 'node_modules', '.bin');
      const env = { PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
      // Many recipes have the same line.
      const codes = new Map<string, number | null>();
      for (const line of new Set(Object.values(LINES)))
        codes.set(line ?? '', (await bash(line ?? 'false', cwd, env)).code);
      const found = Object.entries(LINES).map(([name, line]) => [name, codes.get(line ?? '')]);
      expect(found).toEqual(Object.keys(LINES).map((name) => [name, 2]));
    });
  });

  it('let a git hook reject commits until the report is updated', async () => {
    await inRepository(FILES, async (cwd) => {
      const hook = path.join(cwd, '.git', 'hooks', 'pre-commit');
      await writeFile(hook, hooks.get('git') ?? '');
      await chmod(hook, 0o755);
      const commit = () => promisify(execFile)('bash', ['-c', COMMIT], { cwd });
      await expect(commit()).rejects.toMatchObject({
        stdout: expect.stringContaining('report.sql.md does not exist yet') as string,
      });
      expect(await bash('npx driftmark update', cwd)).toMatchObject({ code: 0 });
      expect((await commit()).stdout).toContain('report.sql.md');
    });
  });
});

it('posts the databases that do not match to Slack, and keeps the exit code, with the documented script', async (context) => {
  if ((await bash('command -v jq curl', process.cwd())).code !== 0)
    context.skip('jq or curl is not installed');
  const posted: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posted.push(body);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await inRepository(FILES, async (cwd) => {
      expect(await bash('npx driftmark update', cwd)).toMatchObject({ code: 0 });
      const env = {
        DRIFTMARK_URL: 'postgres://reader@127.0.0.1:1/shop',
        SLACK_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
      };
      // The last step of the scheduled workflow fails for the same reason.
      expect(await bash(hourly.jobs.drift.steps.at(-1)?.run ?? '', cwd, env)).toMatchObject({ code: 1 });
      expect(await bash(scheduled.get('slack') ?? '', cwd, env)).toMatchObject({ code: 1 });
      // A mistake in the config ends driftmark before it writes a result.
      await writeFile(path.join(cwd, 'driftmark.config.json'), '{ "migration": "db" }');
      expect(await bash(scheduled.get('slack') ?? '', cwd, env)).toMatchObject({ code: 1 });
    });
  } finally {
    server.close();
  }
  expect(posted.map((body) => JSON.parse(body) as unknown)).toEqual([
    { text: 'driftmark: 0 drifted, 1 failed, 0 incomplete: reader@127.0.0.1:1/shop' },
    { text: 'driftmark could not check: see the log of the job' },
  ]);
});

it('writes metrics that Prometheus reads, with the documented script and rules', async (context) => {
  if ((await bash('command -v jq', process.cwd())).code !== 0) context.skip('jq is not installed');
  const { server, stop } = await sharedServer();
  try {
    const database = await liveDatabase(server, 'CREATE TABLE t (id int, by_hand int);');
    await inRepository(FILES, async (cwd) => {
      const env = { ...(await onSharedScratch()), DRIFTMARK_URL: database.url(), TEXTFILE_DIR: cwd };
      const script = scheduled.get('prometheus') ?? '';
      expect(await bash(`npx driftmark update && { ${script} }`, cwd, env)).toMatchObject({ code: 0 });
      const text = await readFile(path.join(cwd, 'driftmark.prom'), 'utf8');
      const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      expect(
        samples.map((line) =>
          line.replace(/\{target="shop",database="[^"]+",schema=""/, '{…').replace(/\d{9,}$/, 'now'),
        ),
      ).toEqual([
        'driftmark_exit_code{…} 2',
        'driftmark_changes{…,verdict="out of band"} 1',
        'driftmark_last_check_timestamp_seconds now',
      ]);
      // Each metric has its type before its samples.
      const typed = [...text.matchAll(/^# TYPE (\w+) gauge$/gm)].map(([, name]) => name);
      expect(samples.map((line) => /^\w+/.exec(line)?.[0])).toEqual(typed);
      const rules = yaml<{ groups: { rules: { expr: string }[] }[] }>(scheduled.get('prometheus rules'));
      const used = (rules.groups[0]?.rules ?? []).map(({ expr }) => /driftmark_\w+/.exec(expr)?.[0]);
      expect(used).toHaveLength(3);
      for (const name of used) expect(typed).toContain(name);
    });
  } finally {
    await stop();
  }
});

it('npm pack prints only the name of the file, which pre-commit uses', async () => {
  await inRepository({ '.npmrc': await readFile('.npmrc', 'utf8') }, async (cwd) => {
    const scripts = { prepack: 'echo building', prepare: 'echo building' };
    await writeFiles(cwd, { 'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', scripts }) });
    expect((await bash('npm pack', cwd)).stdout).toBe('shop-1.0.0.tgz\n');
  });
});

const COMMIT = 'git add . && git -c user.name=t -c user.email=t@example.com commit -m first 2>&1';
