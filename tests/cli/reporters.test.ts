import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { requestedReporters, type ReporterFlag } from '#src/cli/options/reporters.js';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';
import { commandsIn } from '../support/workflow-runner.js';

const STALE = 'fixtures/stories/stale';

describe('reporters on the command line', () => {
  const text: ReporterFlag = { reporter: 'text' };
  const json: ReporterFlag = { reporter: 'json' };
  const junit: ReporterFlag = { reporter: 'junit' };
  const to = (outputFile: string): ReporterFlag => ({ outputFile });
  const configured = [{ name: 'markdown', outputFile: '/c.md' }] as const;
  const actions = { GITHUB_ACTIONS: 'true' };

  it.each([
    { of: 'text by default', is: [{ name: 'text' }] },
    { of: 'text and github in GitHub Actions', env: actions, is: [{ name: 'text' }, { name: 'github' }] },
    {
      of: 'text in a file, for --output-file alone',
      flags: [to('a')],
      is: [{ name: 'text', outputFile: 'a' }],
    },
    {
      of: 'only the reporter of the option, in GitHub Actions',
      flags: [json],
      env: actions,
      is: [{ name: 'json' }],
    },
    {
      of: 'an output file after its reporter',
      flags: [text, json, to('a')],
      is: [{ name: 'text' }, { name: 'json', outputFile: 'a' }],
    },
    {
      of: 'an output file before all reporters, for the first one',
      flags: [to('a'), json],
      is: [{ name: 'json', outputFile: 'a' }],
    },
    {
      of: 'several reporters with their output files',
      flags: [json, to('a'), text, junit, to('b')],
      is: [{ name: 'json', outputFile: 'a' }, { name: 'text' }, { name: 'junit', outputFile: 'b' }],
    },
    { of: 'those of the config', from: configured, env: actions, is: configured },
    {
      of: 'an option instead of those of the config',
      from: configured,
      flags: [json],
      is: [{ name: 'json' }],
    },
  ])('are $of', ({ flags = [], from = [], env = {}, is }) => {
    expect(requestedReporters(flags, from, env)).toEqual(is);
  });

  it.each([
    { flags: [json, text], message: 'The reporters json and text cannot both write to stdout.' },
    { flags: [json, junit], message: 'The reporters json and junit cannot both write to stdout.' },
    {
      flags: [json, to('a'), junit, to('a')],
      message: 'The reporters json and junit cannot both write to a.',
    },
    { flags: [json, to('a'), to('b')], message: 'json cannot write to two files.' },
    { flags: [to('a'), to('b'), json], message: 'One reporter cannot write to two files.' },
  ])('cannot share an output: $message', ({ flags, message }) => {
    expect(() => requestedReporters(flags, [], {})).toThrow(message);
  });

  it('write several files in one run, and create their folders', async () => {
    await inFolder(async (cwd) => {
      const files = {
        json: 'out/result.json',
        junit: 'out/junit.xml',
        markdown: 'comment.md',
        github: 'log.txt',
      };
      const asked = Object.entries(files).flatMap(([name, file]) => ['--reporter', name, '-o', file]);
      const { code, stdout, stderr } = await driftmarkOnSharedServer(
        ['check', '--reporter', 'text', ...asked],
        { cwd },
      );
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      const [result, xml, comment, log] = await Promise.all(
        Object.values(files).map((file) => readFile(path.join(cwd, file), 'utf8')),
      );
      expect(stdout).toContain('report.sql.md is out of date: 3 changes');
      expect(JSON.parse(result ?? '')).toMatchObject({ exitCode: 2, targets: [{ name: '@acme/orders' }] });
      expect(xml).toContain(
        '<failure message="report.sql.md is out of date: 3 changes, 1 breaking" type="drift">',
      );
      expect(comment).toContain('### ✗ `@acme/orders`: `report.sql.md` is out of date: 3 changes');
      expect(commandsIn(log ?? '')).toHaveLength(2);
    }, STALE);
  });
});

describe('check in GitHub Actions', () => {
  const surroundings = async (cwd: string) => {
    const summary = path.join(cwd, 'summary');
    await writeFile(summary, 'What an earlier step said.\n');
    return { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: path.dirname(cwd) };
  };

  it('annotates the migrations that changed the schema, and writes a summary', async () => {
    await inFolder(async (cwd) => {
      const env = await surroundings(cwd);
      const { code, stdout } = await driftmarkOnSharedServer(['check'], { cwd, env });
      expect(code).toBe(2);
      const found = commandsIn(stdout).map(({ properties: { file, line }, message }) => [
        file,
        line,
        message.split('\n')[0],
      ]);
      const folder = `${path.basename(cwd)}/migrations`;
      expect(found).toEqual([
        [
          `${folder}/20260301100000_widen_total.up.sql`,
          '1',
          '~ table orders, column total: numeric(10,2) → numeric(12,2) (breaking)',
        ],
        [
          `${folder}/20260305090000_currency.up.sql`,
          '1',
          "+ table orders, column currency: character(3), not null, default 'EUR'::bpchar",
        ],
      ]);
      const summary = await readFile(env.GITHUB_STEP_SUMMARY, 'utf8');
      expect(summary).toMatch(/^What an earlier step said\.\n[^]*is out of date: 3 changes[^]*```diff\n/);
    }, STALE);
  });

  it('annotates a mistake in the config, and writes it to the summary', async () => {
    await inFolder(async (cwd) => {
      await writeFile(path.join(cwd, 'driftmark.config.json'), '{ "migrations": 1 }');
      const env = await surroundings(cwd);
      const { code, stdout, stderr } = await driftmarkOnSharedServer(['check'], { cwd, env });
      expect(code).toBe(1);
      expect(stderr).toContain('driftmark.config.json');
      const summary = await readFile(env.GITHUB_STEP_SUMMARY, 'utf8');
      expect(summary).toContain('## ✗ Schema could not be checked\n\nIn `driftmark.config.json`:');
      expect(commandsIn(stdout)).toEqual([
        expect.objectContaining({
          command: 'error',
          properties: { file: `${path.basename(cwd)}/driftmark.config.json`, title: 'driftmark' },
        }),
      ]);
    });
  });
});
