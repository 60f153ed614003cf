/** What the time of a build goes into, in the order in which it begins. */
export const PHASES = [
  'database',
  'migrations',
  'reading',
  'down migrations',
  'rendering',
  'comparing',
] as const;

export type Phase = (typeof PHASES)[number];

/** Told of each phase that has ended, and of its milliseconds. Phases of several targets may overlap. */
export type OnPhase = (phase: Phase, milliseconds: number) => void;

/** Does a piece of work, and tells how long it took, however it ended. */
export async function timed<T>(
  onPhase: OnPhase | undefined,
  phase: Phase,
  work: () => T | Promise<T>,
): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    onPhase?.(phase, performance.now() - began);
  }
}
