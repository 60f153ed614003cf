import type { Config } from '../config/config.js';
import { changedSince } from '../project/changed-since.js';
import { findTargets, type Target } from '../project/targets.js';

/**
 * The targets at the given paths (default: those of the config or the working directory). With a git revision, only those
 * that changed since.
 * @throws {DriftmarkError} code `no-target`, `no-migrations` or `git-failed`.
 */
export async function selectTargets(
  config: Config,
  paths: readonly string[],
  revision: string | undefined,
): Promise<readonly Target[]> {
  const targets = await findTargets(config, paths);
  return revision === undefined ? targets : changedSince(revision, targets, config);
}
