import type { BuildEnvironment, BuildPlan, Step } from './environment.js';

/** Receives the number of a target's migrations that have been applied. */
export function telling(
  { target, folder }: BuildPlan,
  { progress }: BuildEnvironment,
  direction: Step['direction'],
): (done: number) => void {
  return (done) => {
    progress?.({ target: target.name, direction, done, of: folder.migrations.length });
  };
}
