import type { BuildEnvironment, BuildPlan, Step } from './environment.js';

/** A function that tells how many of a target's migrations are done. */
export function telling(
  { target, folder }: BuildPlan,
  { progress }: BuildEnvironment,
  direction: Step['direction'],
): (done: number) => void {
  return (done) => {
    progress?.({ target: target.name, direction, done, of: folder.migrations.length });
  };
}
