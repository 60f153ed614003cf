import { setTimeout as sleep } from 'node:timers/promises';
import { Sema } from 'async-sema';

/** Room for a number of pieces of work that go on at once. */
export interface Limit {
  /** Does a piece of work in a slot of its own, as soon as one is free. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Waits for something within a slot; where that takes longer than a moment, others have the slot meanwhile. */
  readonly yieldWhile: <T>(something: Promise<T>) => Promise<T>;
}

const GRACE_MS = 500;

/** So many slots. */
export function createLimit(count: number): Limit {
  const free = new Sema(count);
  return {
    run: async (work) => {
      await free.acquire();
      try {
        return await work();
      } finally {
        free.release();
      }
    },
    yieldWhile: async (something) => {
      const soon = something.then(
        () => true,
        () => true,
      );
      if (await Promise.race([soon, sleep(GRACE_MS, false, { ref: false })])) return something;
      free.release();
      try {
        return await something;
      } finally {
        await free.acquire();
      }
    },
  };
}
