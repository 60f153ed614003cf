import { setTimeout as sleep } from 'node:timers/promises';
import { Sema } from 'async-sema';

/** A limit for the number of jobs that run in parallel. */
export interface Limit {
  /** Runs a job as soon as a slot is free. */
  readonly run: <T>(job: () => Promise<T>) => Promise<T>;
  /** Waits for a promise inside of a job. Releases the slot of the job if the promise takes longer than GRACE_MS. */
  readonly yieldWhile: <T>(promise: Promise<T>) => Promise<T>;
}

const GRACE_MS = 500;

/** @param count The number of slots. */
export function createLimit(count: number): Limit {
  const free = new Sema(count);
  return {
    run: async (job) => {
      await free.acquire();
      try {
        return await job();
      } finally {
        free.release();
      }
    },
    yieldWhile: async (promise) => {
      const settled = promise.then(
        () => true,
        () => true,
      );
      if (await Promise.race([settled, sleep(GRACE_MS, false, { ref: false })])) return promise;
      free.release();
      try {
        return await promise;
      } finally {
        await free.acquire();
      }
    },
  };
}
