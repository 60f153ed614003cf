import type { FailedDown } from '../outcome.js';
import type { Schema } from '../schema/model.js';

/** The result of applying a target's migrations. */
export interface Built {
  /** The schema after all migrations. */
  readonly schema: Schema;
  /** The schema before the first migration, and after each one. Empty unless it was needed. */
  readonly snapshots: readonly Schema[];
  /** Newest first. */
  readonly failedDowns: readonly FailedDown[];
}
