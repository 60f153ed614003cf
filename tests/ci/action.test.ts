import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bash, commitAll, inRepository, writeFiles, type Files } from '../support/repository.js';
import { commandsIn } from '../support/workflow-runner.js';
import { runsAll } from '../support/selection.js';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly if?: string;
      readonly shell: string;
      readonly env: Readonly<Record<string, string>>;
      readonly run: string;
    }[];
  };
}

const ACTION = parse(await readFile('action.yml', 'utf8')) as Action;
const [CHECK, CHANGES, COMMENT] = ACTION.runs.steps;
const STALE: Files = {
  'package.json': '{ "name": "shop" }',
  'migrations/1.sql': 'CREATE TABLE t (id int);',
};

type Inputs = Readonly<Record<string, string>>;

/** The variables of a step, as the runner sets them from the inputs of the action and the outputs of earlier steps. */
function variables(step: typeof CHECK, inputs: Inputs, outputs: Inputs = {}): Record<string, string> {
  const valueOf = (name: string) =>
    inputs[name] ?? ACTION.inputs[name]?.default.replace('${{ github.token }}', 'the-token') ?? '';
  return Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([name, text]) => [
      name,
      text
        .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => valueOf(input))
        .replace(
          /\$\{\{ steps\.driftmark\.outputs\.([\w-]+) \}\}/g,
          (_, output: string) => outputs[output] ?? '',
        ),
    ]),
  );
}

/** Runs the first step as the runner does. */
async function runCheck(cwd: string, inputs: Inputs = {}, env: NodeJS.ProcessEnv = {}) {
  const temp = path.join(cwd, 'node_modules', 'runner temp');
  await mkdir(temp, { recursive: true });
  const [outputFile, summaryFile] = [path.join(temp, 'output'), path.join(temp, 'summary')];
  await Promise.all([outputFile, summaryFile].map((file) => writeFile(file, '')));
  const result = await bash(CHECK?.run ?? '', cwd, {
    ...variables(CHECK, inputs),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: cwd,
    GITHUB_OUTPUT: outputFile,
    GITHUB_STEP_SUMMARY: summaryFile,
    RUNNER_TEMP: temp,
    GITHUB_ACTION_PATH: path.resolve('.'),
    ...env,
  });
  const outputs: Inputs = Object.fromEntries(
    (await readFile(outputFile, 'utf8')).split('\n').flatMap((line) => {
      const [name, value] = line.split(/=(.*)/);
      return name !== undefined && value !== undefined ? [[name, value]] : [];
    }),
  );
  return { ...result, outputs, summary: await readFile(summaryFile, 'utf8') };
}

describe('the GitHub Action', () => {
  it('passes inputs to scripts only as variables, and does not need Docker', () => {
    expect(ACTION.runs.using).toBe('composite');
    for (const { run, shell } of ACTION.runs.steps) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  it('checks, annotates, writes a summary and sets its outputs', async () => {
    await inRepository(STALE, async (cwd) => {
      const { code, stdout, outputs, summary } = await runCheck(cwd);
      expect({ code, exitCode: outputs['exit-code'] }).toEqual({ code: 2, exitCode: '2' });
      expect(commandsIn(stdout)).toEqual([
        expect.objectContaining({
          command: 'error',
          properties: { file: 'report.sql.md', line: '1', title: 'shop' },
        }),
      ]);
      expect(summary).toContain('### ✗ `shop`: `report.sql.md` does not exist yet');
      expect(outputs).toMatchObject({ drift: 'true', changes: expect.stringMatching(/^\d+$/) as string });
      expect(Object.keys(outputs).sort()).toEqual(Object.keys(ACTION.outputs).sort());
      const [json, markdown] = await Promise.all(
        [outputs.json, outputs.markdown].map((file) => readFile(file ?? '', 'utf8')),
      );
      expect(JSON.parse(json ?? '')).toMatchObject({ exitCode: 2 });
      expect(markdown).toBe(summary);
    });
  });

  it('runs update without a summary', async () => {
    await inRepository(STALE, async (cwd) => {
      const { code, outputs, summary } = await runCheck(cwd, { command: 'update', summary: 'false' });
      expect({ code, exitCode: outputs['exit-code'], summary }).toEqual({
        code: 0,
        exitCode: '0',
        summary: '',
      });
      expect(await readFile(path.join(cwd, 'report.sql.md'), 'utf8')).toContain('## Table `t`');
    });
  });

  describe('the GitHub Action passes to npx', () => {
    /** The arguments of npx, in a repository with an npx that only prints them. */
    const argumentsFor = (inputs: Inputs) =>
      inRepository(
        { 'bin/npx': '#!/bin/sh\nfor each; do printf "<%s>\\n" "$each"; done\nexit 3\n' },
        async (cwd) => {
          await chmod(path.join(cwd, 'bin', 'npx'), 0o755);
          const env = { PATH: `${path.join(cwd, 'bin')}:${process.env.PATH ?? ''}` };
          const { code, stdout } = await runCheck(cwd, inputs, env);
          expect(code).toBe(3);
          expect(await readdir(cwd)).not.toContain('pwned');
          return [...stdout.matchAll(/<([^]*?)>\n/g)].map(([, each]) => each);
        },
      );
    const reporters = (args: readonly unknown[]) =>
      args.slice(args.indexOf('--reporter'), args.lastIndexOf('--reporter') + 4);

    it.each<{ of: string; inputs: Inputs; head: string[]; tail: string[] }>([
      { of: 'the command check without inputs', inputs: {}, head: ['driftmark', 'check'], tail: ['--'] },
      {
        of: 'a version, options and targets',
        inputs: {
          version: '1.2.3',
          args: '--no-down\n --changed-since  origin/main',
          targets: 'a b\r\n\nplugins/auth\n',
        },
        head: ['driftmark@1.2.3', 'check'],
        tail: ['--no-down', '--changed-since', 'origin/main', '--', 'a b', 'plugins/auth'],
      },
      {
        of: 'inputs with shell syntax as plain arguments',
        inputs: {
          command: 'check; touch pwned',
          version: '$(touch pwned)',
          args: '`touch pwned` $(touch pwned) * "; touch pwned',
          targets: '--help\n$(touch pwned)\n"; touch pwned; "',
        },
        head: ['driftmark@$(touch pwned)', 'check; touch pwned'],
        tail: [
          ...['`touch', 'pwned`', '$(touch', 'pwned)', '*', '";', 'touch', 'pwned'],
          ...['--', '--help', '$(touch pwned)', '"; touch pwned; "'],
        ],
      },
    ])('$of', async ({ inputs, head, tail }) => {
      const args = await argumentsFor(inputs);
      expect(args).toEqual(['--yes', '--', ...head, ...reporters(args), ...tail]);
    });
  });
});

describe('the GitHub Action for a pull request', () => {
  it.runIf(runsAll)('lists the changes between the reports of the base and of the pull request', async () => {
    await inRepository(STALE, async (cwd) => {
      await runCheck(cwd, { command: 'update' });
      commitAll(cwd, 'base');
      const { stdout: base } = await bash('git rev-parse HEAD', cwd);
      await writeFiles(cwd, {
        'migrations/2.sql': 'ALTER TABLE t ADD name text NOT NULL, ALTER id TYPE bigint;',
        'event.json': JSON.stringify({ pull_request: { base: { sha: base.trim() } } }),
      });
      await runCheck(cwd, { command: 'update' });
      const { outputs } = await runCheck(cwd);
      expect(outputs).toMatchObject({ drift: 'false', changes: '0', 'exit-code': '0' });
      const { code, stdout, stderr } = await bash(CHANGES?.run.replace(/ >.*/, '') ?? '', cwd, {
        ...variables(CHANGES, {}, outputs),
        GITHUB_ACTION_PATH: path.resolve('.'),
        GITHUB_EVENT_PATH: path.join(cwd, 'event.json'),
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe(`## Schema changes

### \`shop\`: 2 changes, 1 breaking

\`\`\`diff
  table t
!   column id    integer → bigint  breaking
+   column name  text, not null
\`\`\`

`);
    });
  });
});

describe('the comment of the GitHub Action', () => {
  /** The method, the path, and the text of the comment, if the request has one. */
  type Call = readonly string[];

  /** Runs the second step with a server that has these comments and answers like GitHub. */
  async function comment(found: string, there: readonly string[], { status = 200, changes = '' } = {}) {
    const calls: Call[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        calls.push([method, url, ...(body === '' ? [] : [(JSON.parse(body) as { body: string }).body])]);
        response.statusCode = headers.authorization === 'Bearer the-token' ? status : 401;
        const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
        const comments = there.map((text, id) => ({ id, body: text })).slice((page - 1) * 100, page * 100);
        response.end(JSON.stringify(method === 'GET' ? comments : {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      return await inRepository(
        {
          'event.json': '{ "pull_request": { "number": 7 } }',
          'found.md': found,
          ...(changes !== '' && { 'driftmark-changes.md': changes }),
        },
        async (cwd) => ({
          ...(await bash(COMMENT?.run ?? '', cwd, {
            ...variables(COMMENT, {}, { markdown: path.join(cwd, 'found.md') }),
            GITHUB_ACTION_PATH: path.resolve('.'),
            GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            GITHUB_REPOSITORY: 'acme/shop',
            GITHUB_EVENT_PATH: path.join(cwd, 'event.json'),
            RUNNER_TEMP: cwd,
          })),
          calls,
        }),
      );
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const LIST = (page: number): Call => [
    'GET',
    `/repos/acme/shop/issues/7/comments?per_page=100&page=${page}`,
  ];
  const DRIFT = '<!-- driftmark -->\n\n## driftmark\n\n### ✗ `shop`\n';
  const FINE = '<!-- driftmark -->\n\n## driftmark: 1 target: 1 in sync\n';
  const OLD = '<!-- driftmark -->\n\nof an earlier run';
  const others = Array.from({ length: 130 }, (_, at) => `> <!-- driftmark --> ${at}`);

  it('is created only if the input `comment` is set, also if the check fails', () => {
    expect(COMMENT?.if).toBe("always() && inputs.comment != 'false'");
    expect(CHANGES?.if).toBe("always() && inputs.comment == 'changes'");
    expect(ACTION.inputs.comment?.default).toBe('false');
  });

  it.each<{ of: string; found: string; there: string[]; calls: Call[] }>([
    {
      of: 'drift, in a new comment',
      found: DRIFT,
      there: ['hi'],
      calls: [LIST(1), ['POST', '/repos/acme/shop/issues/7/comments', DRIFT]],
    },
    { of: 'a pull request in sync, without a comment', found: FINE, there: ['hi'], calls: [LIST(1)] },
    {
      of: 'a target that could not be checked',
      found: '',
      there: [],
      calls: [
        LIST(1),
        ['POST', '/repos/acme/shop/issues/7/comments', expect.stringContaining('could not check') as string],
      ],
    },
    {
      of: 'drift that was fixed, in the existing comment',
      found: FINE,
      there: [...others, OLD],
      calls: [LIST(1), LIST(2), ['PATCH', '/repos/acme/shop/issues/comments/130', FINE]],
    },
  ])('reports $of', async ({ found, there, calls }) => {
    const result = await comment(found, there);
    expect(result).toMatchObject({ code: 0, stderr: '', calls });
  });

  it('lists the changes of the schema, also if all is in sync', async () => {
    const { calls } = await comment(FINE, [], { changes: '## Schema changes\n' });
    expect(calls[1]).toEqual(['POST', '/repos/acme/shop/issues/7/comments', `${FINE}\n## Schema changes\n`]);
  });

  it('fails with the name of the missing permission', async () => {
    const { code, stderr } = await comment(DRIFT, [], { status: 403 });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('pull-requests: write') as string,
    });
  });
});
