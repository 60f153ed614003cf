import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#src/config/config.js';
import { DriftmarkError } from '#src/errors.js';
import { runTargets, type TargetJob } from '#src/operations/run-targets.js';
import type { Outcome } from '#src/outcome.js';
import type { Target } from '#src/project/targets.js';
import type { BuildEnvironment } from '#src/replay/environment.js';
import type { ScratchServer } from '#src/scratch/types.js';
import { inSync } from '../support/outcomes.js';

/** The jobs of these tests do not use the server. */
const UNUSED = {} as ScratchServer;

const targetOf = (name: string): Target => ({
  name,
  dir: `/work/${name}`,
  migrations: `/work/${name}/migrations`,
  report: `/work/${name}/report.sql.md`,
  settings: {},
  detected: undefined,
});

const failed = (message: string, sqlstate?: string) =>
  new DriftmarkError('migration-failed', message, {
    details: sqlstate === undefined ? [] : [{ label: 'SQLSTATE', text: sqlstate }],
  });

/** Runs a job for targets named a, b, c…, and returns what happened in order. */
async function run(
  job: (name: string, run: number, environment: BuildEnvironment) => Promise<unknown>,
  { count = 3, jobs = 3 } = {},
): Promise<{ outcomes: readonly string[]; reported: readonly string[]; runs: readonly string[] }> {
  const targets = [...'abcdef'].slice(0, count).map(targetOf);
  const [runs, reported]: [string[], string[]] = [[], []];
  const perform: TargetJob = async ({ name }, environment) => {
    runs.push(name);
    await job(name, runs.filter((each) => each === name).length, environment);
    return inSync(name);
  };
  const describe = ({ name, result }: Outcome) =>
    result.type === 'failed' ? `${name}: ${result.error.message}` : name;
  const outcomes = await runTargets({
    config: { ...(await resolveConfig({}, {}, '/work')), jobs },
    targets,
    job: () => Promise.resolve(perform),
    withScratchServer: (use) =>
      use({
        server: Promise.resolve(UNUSED),
        notice: (text) => reported.push(text),
        output: (chunk) => reported.push(chunk.toString()),
      }),
    onOutcome: (outcome) => {
      reported.push(describe(outcome));
      return Promise.resolve();
    },
  });
  return { outcomes: outcomes.map(describe), reported, runs };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const nothing = () => Promise.resolve();

describe('runTargets()', () => {
  it('returns no outcome and starts no server without targets', async () => {
    expect((await run(nothing, { count: 0 })).outcomes).toEqual([]);
  });

  it('reports in the order of the targets, whichever finishes first', async () => {
    const { outcomes, reported } = await run((name) => pause(name === 'a' ? 30 : 1));
    expect(outcomes).toEqual(['a', 'b', 'c']);
    expect(reported).toEqual(['a', 'b', 'c']);
  });

  it('holds back the output of a target until the targets before it are reported', async () => {
    const { reported } = await run(async (name, _, { notice, output }) => {
      notice(`${name} begins`);
      await pause(name === 'a' ? 30 : 1);
      output(Buffer.from(`${name} ends`));
    });
    expect(reported).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`, name]));
  });

  it('makes the failure of a target its outcome, and runs the others', async () => {
    const { outcomes } = await run((name) => (name === 'b' ? Promise.reject(failed('broken')) : nothing()));
    expect(outcomes).toEqual(['a', 'b: broken', 'c']);
  });

  it('throws an error that is not a DriftmarkError', async () => {
    await expect(run(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });

  it.each([
    { jobs: 1, count: 1, isAlone: false },
    { jobs: 4, count: 1, isAlone: true },
    { jobs: 4, count: 2, isAlone: false },
  ])(
    'lets a job use the whole machine: $isAlone, with $count targets and $jobs jobs',
    async ({ isAlone, ...options }) => {
      const found: (boolean | undefined)[] = [];
      await run((_, __, environment) => {
        found.push(environment.isAlone);
        return nothing();
      }, options);
      expect(new Set(found)).toEqual(new Set([isAlone]));
    },
  );
});

describe('after a collision with another target, a target runs again', () => {
  it.each([
    { name: 'a role that already exists', error: failed('role "app" already exists', '42710') },
    { name: 'a duplicate key in a catalog', error: failed('duplicate key', '23505') },
    { name: 'a deadlock', error: failed('deadlock detected', '40P01') },
    { name: 'a tuple that was updated', error: failed('tuple concurrently updated', 'XX000') },
    { name: 'a tuple that was deleted', error: failed('tuple concurrently deleted', 'XX000') },
  ])('$name', async ({ error }) => {
    const { outcomes, runs } = await run((name, time) =>
      name === 'b' && time === 1 ? Promise.reject(error) : nothing(),
    );
    expect(outcomes).toEqual(['a', 'b', 'c']);
    expect(runs).toEqual(['a', 'b', 'c', 'b']);
  });

  it('once: a second collision is its outcome', async () => {
    const { outcomes, runs } = await run((name) =>
      name === 'b' ? Promise.reject(failed('deadlock detected', '40P01')) : nothing(),
    );
    expect(outcomes).toEqual(['a', 'b: deadlock detected', 'c']);
    expect(runs).toEqual(['a', 'b', 'c', 'b']);
  });

  it('after all others, one after the other', async () => {
    let running = 0;
    let together = 0;
    const { runs } = await run(async (_, time) => {
      if (time === 1) throw failed('deadlock detected', '40P01');
      together = Math.max(together, ++running);
      await pause(2);
      running--;
    });
    expect(runs).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    expect(together).toBe(1);
  });

  it.each([
    { name: 'another SQLSTATE', error: failed('syntax error', '42601') },
    { name: 'an internal error', error: failed('cache lookup failed', 'XX000') },
    { name: 'an error without a SQLSTATE', error: failed('no such file') },
  ])('not after $name', async ({ error }) => {
    const { runs } = await run((name) => (name === 'b' ? Promise.reject(error) : nothing()));
    expect(runs).toEqual(['a', 'b', 'c']);
  });

  it.each([
    { name: 'if it is the only target', count: 1, jobs: 3 },
    { name: 'if targets do not run in parallel', count: 3, jobs: 1 },
  ])('not $name', async (options) => {
    const { runs } = await run(() => Promise.reject(failed('deadlock detected', '40P01')), options);
    expect(runs).toHaveLength(options.count);
  });
});
