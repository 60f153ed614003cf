import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import type { BuildEnvironment } from '../replay/environment.js';
import { failedOutcome, type Outcome } from '../outcome.js';
import type { Target } from '../project/targets.js';
import { createOrderedOutput, type OrderedOutput } from '../util/ordered-output.js';

/** A job for each target: `check` or `update`. */
export type TargetJob = (target: Target, environment: BuildEnvironment, cwd: string) => Promise<Outcome>;

/** What is done for every target. */
export interface EachTarget {
  /** What paths are told relative to. */
  readonly cwd: string;
  readonly targets: readonly Target[];
  /** How many at once. */
  readonly jobs: number | undefined;
  readonly environment: BuildEnvironment;
  readonly job: TargetJob;
  /** Called for one target after the other, in their order, as soon as that can be. */
  readonly tell?: (outcome: Outcome) => Promise<void>;
}

/** Works on several targets at once, on one scratch server. What is told comes in the order of the targets. */
export async function eachTarget(all: EachTarget): Promise<readonly Outcome[]> {
  const {
    targets,
    jobs = availableParallelism(),
    job,
    tell = () => Promise.resolve(),
    environment,
    cwd,
  } = all;
  const turns = createOrderedOutput();
  const outcomes: Outcome[] = [];
  const again: number[] = [];
  const settle = (at: number, outcome: Outcome): void => {
    outcomes[at] = outcome;
    turns.write(at, () => tell(outcome));
    turns.close(at);
  };
  const work = (target: Target, at: number) =>
    job(target, inTurn(environment, turns, at), cwd).catch(async (error: unknown) => {
      environment.signal?.throwIfAborted();
      // What keeps the server from starting is no failure of a target.
      await environment.server;
      return failedOutcome(target, cwd, error);
    });
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
  await turns.flushed();
  return outcomes;
}

/** What a target's migrations print, and what there is to note, waits for its turn. */
function inTurn(environment: BuildEnvironment, { write: say }: OrderedOutput, at: number): BuildEnvironment {
  const { notice, output, onSql } = environment;
  return {
    ...environment,
    notice: (text) => {
      say(at, () => {
        notice(text);
      });
    },
    output: (chunk) => {
      say(at, () => {
        output(chunk);
      });
    },
    ...(onSql && {
      onSql: (sql: string, milliseconds: number) => {
        say(at, () => {
          onSql(sql, milliseconds);
        });
      },
    }),
  };
}

/**
 * All databases of a server share its roles. Two targets that see to the same one at the same moment can be in each
 * other's way, though one after the other they are not. PostgreSQL manual, appendix A.
 */
const COLLISIONS = ['42710', '23505', '40P01', 'XX000'];

function hasCollided({ result }: Outcome): boolean {
  return (
    result.type === 'failed' &&
    result.error.details.some(({ label, text }) => label === 'SQLSTATE' && COLLISIONS.includes(text))
  );
}
