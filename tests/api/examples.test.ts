import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import type { TestServer } from '../support/own-server.js';
import { runsAll } from '../support/selection.js';
import { sharedServer } from '../support/shared-server.js';

const exec = promisify(execFile);

/** The examples of docs/api.md by name, as a reader would copy them. */
const examples = new Map(
  [...(await readFile('docs/api.md', 'utf8')).matchAll(/<!-- example: (\S+) -->\s+```ts\n([^]*?)```/g)].map(
    ([, name = '', text = '']) => [name, text],
  ),
);

let started: TestServer;
beforeAll(async () => {
  started = await sharedServer();
});
afterAll(() => started.stop());

/** A project of a user, with driftmark installed. */
async function inProject<T>(use: (dir: string) => Promise<T>): Promise<T> {
  return inFolder(async (dir) => {
    await mkdir(path.join(dir, 'node_modules', '@types'), { recursive: true });
    await symlink(process.cwd(), path.join(dir, 'node_modules', 'driftmark'));
    for (const name of ['pg', 'pg-types', '@types/pg', '@types/node'])
      await symlink(path.resolve('node_modules', name), path.join(dir, 'node_modules', name));
    return use(dir);
  }, 'fixtures/stories/stale');
}

/** Runs an example as JavaScript. */
async function run(name: string, cwd: string, env: NodeJS.ProcessEnv = {}) {
  const file = path.join(cwd, name.replace(/ts$/, 'mjs'));
  const { outputText } = ts.transpileModule(examples.get(name) ?? '', {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  await writeFile(file, outputText);
  const done = exec(process.execPath, [file], { cwd, env: cleanEnv(env) });
  const { stdout, stderr } = await done.catch((error: unknown) => error as Awaited<typeof done>);
  return { code: done.child.exitCode, stdout, stderr };
}

async function urlOfEmptyDatabase(): Promise<string> {
  const { connection } = await started.server.createDatabase();
  const user = encodeURIComponent(connection.user);
  return `postgres://${user}@/${connection.database}?host=${encodeURIComponent(connection.host)}&port=${connection.port}`;
}

describe('the examples of docs/api.md', () => {
  it('check.ts prints the drift and exits with the code of the command', async () => {
    await inProject(async (dir) => {
      expect(await run('check.ts', dir)).toEqual({
        code: 2,
        stderr: '',
        stdout: `@acme/orders: report.sql.md is out of date
  changed column public.orders.total (20260301100000_widen_total.up.sql)
  added column public.orders.currency (20260305090000_currency.up.sql)
  removed index public.orders.orders_total_idx (20260305090000_currency.up.sql)
`,
      });
    });
  });

  it('config.ts checks with a config from the program', async () => {
    await inProject(async (dir) => {
      expect(await run('config.ts', dir)).toEqual({ code: 0, stderr: '', stdout: 'breaking changes\n' });
    });
  });

  it.runIf(runsAll)('update.ts writes the report, and prints nothing if it is run again', async () => {
    await inProject(async (dir) => {
      expect(await run('update.ts', dir)).toEqual({ code: 0, stderr: '', stdout: 'updated report.sql.md\n' });
      expect(await run('update.ts', dir)).toEqual({ code: 0, stderr: '', stdout: '' });
      expect((await run('check.ts', dir)).code).toBe(0);
    });
  });

  it('live.ts prints the differences of each database with their verdicts', async () => {
    const urls = [await urlOfEmptyDatabase(), 'postgres://reader@127.0.0.1:1/shop'];
    await inProject(async (dir) => {
      const { code, stdout, stderr } = await run('live.ts', dir, { REPLICAS: urls.join(' ') });
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(stdout).toContain('  pending: removed table public.orders\n');
      expect(stdout).toMatch(/: drift\n(?: {2}pending: removed .*\n)+reader/);
      expect(stdout).toMatch(/^reader@127\.0\.0\.1:1\/shop: failed\n {2}Could not connect to /m);
    });
  });

  it.runIf(runsAll)('stages.ts prints the differences of a database from the report', async () => {
    const url = await urlOfEmptyDatabase();
    await inProject(async (dir) => {
      await exec(process.execPath, [path.resolve('bin/driftmark.js'), 'update'], {
        cwd: dir,
        env: cleanEnv(),
      });
      const { code, stdout, stderr } = await run('stages.ts', dir, { DATABASE_URL: url });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      // The database is empty.
      expect(stdout).toContain('removed table public.orders (breaking)\n');
      expect(stdout).toMatch(/^\d+ lines$/m);
    });
  });

  it('compile in a strict project that also checks the types of its libraries', async () => {
    expect([...examples.keys()]).toEqual(['check.ts', 'config.ts', 'update.ts', 'live.ts', 'stages.ts']);
    await inProject(async (dir) => {
      for (const [name, text] of examples) await writeFile(path.join(dir, name), text);
      await writeFile(path.join(dir, 'names.ts'), NAMES);
      await writeFile(path.join(dir, 'package.json'), '{ "name": "shop", "type": "module" }');
      await writeFile(
        path.join(dir, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: STRICT, include: ['*.ts'] }),
      );
      const tsc = path.resolve('node_modules/.bin/tsc');
      const { stdout } = await exec(tsc, ['--listFiles', '--pretty', 'false'], { cwd: dir }).catch(
        (error: unknown) => error as { readonly stdout: string },
      );
      const lines = stdout.split('\n');
      expect(lines.filter((line) => line.includes('error TS'))).toEqual([]);
      expect(lines.filter((line) => line.endsWith('/names.ts'))).toHaveLength(1);
      // The types must not depend on packages that a user does not install.
      expect(lines.filter((line) => /node_modules\/(zod|chalk|knex)\//.test(line))).toEqual([]);
    });
  });
});

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
};

/** A program that names each type. */
const NAMES = `
import { check, checkLive, update, introspect, parse, render, compare, defineConfig, DriftmarkError, ReportSyntaxError } from 'driftmark';
import type {
  AnyObject, Change, ChangeClass, CheckLiveOptions, CheckOptions, DriftReason, ErrorCode, ErrorDetail, ErrorPlace, ExitCode,
  ExplainedChange, FailedDown, IgnoreRule, IntrospectOptions, Kind, ObjectByKind, Outcome, Report, ReportFormat,
  RunOptions, RunResult, Schema, UserConfig, UserTarget,
} from 'driftmark';

export const config: UserConfig = defineConfig({ targets: ['plugins/*'], ignore: [{ name: 'x', reason: 'y' }] });
export const results: Promise<RunResult>[] = [check({ config }), update({ config: 'driftmark.config.ts' }), checkLive({ retries: 1 })];
export const schema: Promise<Schema> = introspect({ query: (text: string) => Promise.resolve([text]) });
export const columns = (report: Report): ObjectByKind['column'][] => [...report.schema.objects.column];
export const again = (text: string): string => render(parse(text));
export const changes = (from: Schema, to: Schema): readonly Change[] => compare({ from, to });
export const code = (error: unknown): ErrorCode | undefined =>
  error instanceof DriftmarkError ? error.code : error instanceof ReportSyntaxError ? 'report-invalid' : undefined;
export type All = [
  AnyObject, ChangeClass, CheckLiveOptions, CheckOptions, DriftReason, ErrorDetail, ErrorPlace, ExitCode, ExplainedChange, FailedDown,
  IgnoreRule, IntrospectOptions, Kind, Outcome, ReportFormat, RunOptions, UserTarget,
];
// @ts-expect-error The setting does not exist.
defineConfig({ target: [] });
`;
