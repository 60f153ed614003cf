import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import pMap from 'p-map';
import { hasMigrationCommand, type Config } from '../config/config.js';
import { isCodeFile } from '../migrations/layouts/code/libraries.js';
import { runsCode } from '../migrations/layouts/code/runners.js';
import { startSpare, type SpareProcess } from '../migrations/migrations.js';
import type { BuildEnvironment } from '../replay/environment.js';
import { scratchError } from '../scratch/client.js';
import { withStartingServer, type WithScratchServer } from '../scratch/scratch.js';
import { failedOutcome, type Outcome } from '../outcome.js';
import type { Target } from '../project/targets.js';
import { createOrderedOutput, type OrderedOutput } from '../util/ordered-output.js';

/** What is done for each target: `check` or `update`. */
export type TargetJob = (target: Target, environment: BuildEnvironment, cwd: string) => Promise<Outcome>;

/** Receives what happens while migrations run. */
export type RunEvents = Omit<BuildEnvironment, 'server'>;

/** Starts the scratch server that the config asks for, for each piece of work that needs one. */
export const scratchServerOf =
  (config: Config, events: RunEvents): WithScratchServer<BuildEnvironment> =>
  (use) =>
    withStartingServer(
      {
        ...config.engine,
        tcp: hasMigrationCommand(config),
        projectDir: config.root,
        notice: events.notice,
        ...(events.signal && { signal: events.signal }),
      },
      (server) => use({ ...events, server }),
    );

/** The targets, and what is done for each of them. */
export interface TargetRun {
  readonly config: Config;
  readonly targets: readonly Target[];
  /** Loads the job, while the server starts. */
  readonly job: () => Promise<TargetJob>;
  readonly withScratchServer: WithScratchServer<BuildEnvironment>;
  /** A process for migrations that has already started. Default: a new one, if a target needs one. */
  readonly spare?: SpareProcess;
  /** Called for each target in order, as early as that is possible. */
  readonly onOutcome?: (outcome: Outcome) => Promise<void>;
  readonly onBegin?: (target: Target) => void;
  readonly onEnd?: (target: Target) => void;
}

/**
 * Runs a job for every target, several in parallel, on one scratch server. The same for the command and the library.
 * @returns one outcome for each target, in their order
 * @throws {DriftmarkError} if the server does not start, and code `interrupted`. A failure of one target is its outcome.
 */
export async function runTargets(run: TargetRun): Promise<readonly Outcome[]> {
  const { targets, withScratchServer, job } = run;
  if (targets.length === 0) return [];
  const spare = targets.some(needsProcess) ? (run.spare ?? startSpare()) : undefined;
  if (!spare) run.spare?.end();
  try {
    return await withScratchServer(async (environment) => {
      // Lets the server start first: loading the job keeps this process busy for a while.
      await setImmediate();
      return runJobs(run, await job(), { ...environment, ...(spare && { spare }) });
    });
  } finally {
    spare?.end();
  }
}

/** Whether the migrations of a target need a process of their own. */
const needsProcess = ({ detected }: Target): boolean =>
  detected !== undefined && runsCode(detected.layout.name) && detected.listing.files.some(isCodeFile);

async function runJobs(
  { config, targets, onOutcome, onBegin, onEnd }: TargetRun,
  job: TargetJob,
  environment: BuildEnvironment,
): Promise<readonly Outcome[]> {
  const { cwd, jobs = availableParallelism() } = config;
  const output = createOrderedOutput();
  const outcomes: Outcome[] = [];
  const again: number[] = [];
  const settle = (at: number, outcome: Outcome): void => {
    outcomes[at] = outcome;
    output.write(at, () => onOutcome?.(outcome));
    output.close(at);
  };
  const work = async (target: Target, at: number): Promise<Outcome> => {
    onBegin?.(target);
    try {
      const isAlone = targets.length === 1 && jobs > 1;
      return await job(target, { ...inOrder(environment, output, at), isAlone }, cwd);
    } catch (error) {
      environment.signal?.throwIfAborted();
      // If the server failed to start, fail the run instead of this target.
      await environment.server;
      return failedOutcome(target, cwd, scratchError(error));
    } finally {
      onEnd?.(target);
    }
  };
  await pMap(
    targets,
    async (target, at) => {
      const outcome = await work(target, at);
      if (jobs > 1 && targets.length > 1 && hasCollided(outcome)) again.push(at);
      else settle(at, outcome);
    },
    { concurrency: jobs },
  );
  for (const at of again) {
    const target = targets[at];
    if (target) settle(at, await work(target, at));
  }
  await output.flushed();
  return outcomes;
}

/** Holds back the notices, output and statements of a target until it is its turn. */
function inOrder(environment: BuildEnvironment, { write }: OrderedOutput, at: number): BuildEnvironment {
  const { notice, output, onSql } = environment;
  return {
    ...environment,
    notice: (text) => {
      write(at, () => {
        notice(text);
      });
    },
    output: (chunk) => {
      write(at, () => {
        output(chunk);
      });
    },
    ...(onSql && {
      onSql: (sql: string, milliseconds: number) => {
        write(at, () => {
          onSql(sql, milliseconds);
        });
      },
    }),
  };
}

/**
 * Roles belong to the whole server. Two targets that create or change the same role at the same moment fail with one of
 * these errors, and succeed one after the other. https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const COLLISIONS = ['42710', '23505', '40P01'];

function hasCollided({ result }: Outcome): boolean {
  return (
    result.type === 'failed' &&
    (/tuple concurrently (updated|deleted)/.test(result.error.message) ||
      result.error.details.some(({ label, text }) => label === 'SQLSTATE' && COLLISIONS.includes(text)))
  );
}
