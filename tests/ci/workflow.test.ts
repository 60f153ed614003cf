import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: object };
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

const { permissions, jobs } = parse(await readFile('.github/workflows/ci.yml', 'utf8')) as Workflow;
const lines = (job: string) => jobs[job]?.steps.flatMap(({ run }) => run ?? []);

it("the project's own workflow runs the README's line on every supported system", async () => {
  expect(jobs.test?.strategy?.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24],
  });
  expect(lines('test')).toEqual(['npm ci && npm test']);
  expect((await readFile('README.md', 'utf8')).split('\n')).toContain('npm ci && npm test');
  expect(lines('all')).toEqual(['.ci/run']);
});

it("the project's own workflow may read, and has no expression in a script", () => {
  expect(permissions).toEqual({ contents: 'read' });
  for (const job of Object.keys(jobs)) for (const line of lines(job) ?? []) expect(line).not.toContain('${{');
});
