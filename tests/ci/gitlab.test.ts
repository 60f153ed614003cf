import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { bash, inRepository, writeFiles } from '../support/repository.js';

interface Spec {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default: string }>> };
}
interface Job {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts: {
    readonly reports: { readonly junit: string; readonly codequality: string };
    readonly paths: readonly string[];
  };
}

/** The job that GitLab creates from the template. */
async function jobOf(inputs: Readonly<Record<string, string>>): Promise<Job> {
  const text = await readFile('templates/driftmark.yml', 'utf8');
  const [head] = parseAllDocuments(text);
  if (!head) throw new Error('The template is empty.');
  const { spec } = head.toJS() as Spec;
  const filled = text.replace(
    /\$\[\[ inputs\.(\w+) \]\]/g,
    (_, name: string) => inputs[name] ?? spec.inputs[name]?.default ?? '',
  );
  const jobs = parseAllDocuments(filled)[1]?.toJS() as Record<string, Job>;
  const job = jobs[inputs.job ?? 'driftmark'];
  if (!job) throw new Error('the template does not have a job');
  return job;
}

it('the GitLab template checks and writes the reports that GitLab shows', async () => {
  const files = {
    'services/shop/package.json': '{ "name": "shop" }',
    'services/shop/migrations/1.sql': 'CREATE TABLE t (id int);',
  };
  await inRepository(files, async (cwd) => {
    const job = await jobOf({
      job: 'schema',
      directory: 'services/shop',
      install: 'echo "installed here" > ../../installed',
      args: '--no-down',
    });
    // One shell runs all lines. The runner sets the variables of the job.
    const run = () => bash(job.script.join('\n'), cwd, { ...job.variables, CI_PROJECT_DIR: cwd });
    expect(await run()).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('report.sql.md does not exist yet') as string,
    });
    const read = (name: string) => readFile(path.join(cwd, name), 'utf8');
    expect(await read('installed')).toBe('installed here\n');
    expect(await read(job.artifacts.reports.junit)).toContain(
      '<failure message="report.sql.md does not exist yet"',
    );
    expect(JSON.parse(await read(job.artifacts.reports.codequality))).toEqual([
      {
        description: expect.stringMatching(/^shop: report\.sql\.md does not exist yet; /) as string,
        check_name: 'driftmark',
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        severity: 'major',
        location: { path: 'services/shop/report.sql.md', lines: { begin: 1 } },
      },
    ]);
    expect(await read(job.artifacts.paths[0] ?? '')).toContain('### ✗ `shop`');

    await writeFiles(cwd, { 'update.sh': job.script.join('\n').replace(' check ', ' update ') });
    expect(await bash('. ./update.sh', cwd, { ...job.variables, CI_PROJECT_DIR: cwd })).toMatchObject({
      code: 0,
    });
    expect(await run()).toMatchObject({ code: 0 });
  });
});

it('the GitLab template installs and runs with npm by default', async () => {
  const { variables } = await jobOf({});
  expect(variables).toMatchObject({
    DRIFTMARK_INSTALL: 'npm ci',
    DRIFTMARK_RUN: 'npx driftmark',
    DRIFTMARK_DIRECTORY: '.',
  });
});
