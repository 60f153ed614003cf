import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
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

const read = async (name: string) =>
  parse(await readFile(`.github/workflows/${name}.yml`, 'utf8')) as Workflow;
const [ci, nightly] = [await read('ci'), await read('nightly')];
const linesOf = ({ jobs }: Workflow, job: string) => jobs[job]?.steps.flatMap(({ run }) => run ?? []) ?? [];

describe('the workflow of this repository', () => {
  it("runs the README's test line on every supported system and Node.js version", async () => {
    expect(ci.jobs.test?.strategy?.matrix).toEqual({
      os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
      node: [20, 22, 24],
    });
    expect(linesOf(ci, 'test')).toEqual(['npm ci && npm test']);
    expect((await readFile('README.md', 'utf8')).split('\n')).toContain('npm ci && npm test');
  });

  it('runs .ci/run in one job', () => {
    expect(linesOf(ci, 'all')).toEqual(['.ci/run']);
  });

  it('runs every test once a day', () => {
    expect(Object.keys(nightly.on)).toContain('schedule');
    expect(linesOf(nightly, 'all')).toContain('npm ci && npm run test:all');
  });

  it.each([
    { name: 'ci', workflow: ci },
    { name: 'nightly', workflow: nightly },
  ])('$name may only read the repository and puts no expression into a script', ({ workflow }) => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.keys(workflow.jobs))
      for (const line of linesOf(workflow, job)) expect(line).not.toContain('${{');
  });
});
