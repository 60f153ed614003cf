import type { DriftmarkError } from '../../errors.js';
import type { CurrentStep } from '../runner/protocol.js';
import type { StatementFailure } from './failure.js';

/**
 * Converts any value that a migration threw to an error that names the migration, the direction and the place, and
 * quotes PostgreSQL. The error does not contain passwords. What this needs is loaded for the first failure.
 */
export async function migrationFailure(
  activity: CurrentStep,
  thrown: unknown,
  known?: StatementFailure,
  password?: string,
): Promise<DriftmarkError> {
  const { describeFailure } = await import('./describe-failure.js');
  return describeFailure(activity, thrown, known, password);
}
