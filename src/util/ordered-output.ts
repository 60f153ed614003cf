/** Buffers the output of parallel jobs and prints it in the order of the jobs. */
export interface OrderedOutput {
  /** Calls `print` immediately if all earlier jobs are closed, else when they are. */
  readonly write: (job: number, print: () => void | Promise<void>) => void;
  /** Ends the output of a job. The buffered output of the next jobs follows. */
  readonly close: (job: number) => void;
  /** Resolves when everything is printed. Rejects with the first error of a `print` function. */
  readonly flushed: () => Promise<void>;
}

/** Jobs are numbered from 0. */
export function createOrderedOutput(): OrderedOutput {
  const buffered = new Map<number, (() => void | Promise<void>)[]>();
  const closed = new Set<number>();
  let current = 0;
  let printed = Promise.resolve();
  const enqueue = (print: () => void | Promise<void>): void => {
    printed = printed.then(print);
    printed.catch(() => undefined);
  };
  return {
    write: (job, print) => {
      if (job === current) enqueue(print);
      else buffered.set(job, [...(buffered.get(job) ?? []), print]);
    },
    close: (job) => {
      closed.add(job);
      while (closed.has(current)) {
        current++;
        buffered.get(current)?.forEach(enqueue);
        buffered.delete(current);
      }
    },
    flushed: () => printed,
  };
}
