import { DriftmarkError } from '../../../errors.js';
import { missingModule } from '../../../util/load-error.js';
import { redact } from '../../errors/redact.js';

/** The error for a knexfile that cannot be used. */
export function knexfileFailure(file: string, reason: string): DriftmarkError {
  const missing = missingModule(reason);
  return new DriftmarkError(
    'migrations-invalid',
    `The knexfile could not be loaded: ${missing?.message ?? redact(reason)}`,
    {
      place: { file },
      remedy:
        missing?.remedy ??
        'Make sure that Node can load the knexfile without the application. driftmark only uses its part `migrations`.',
    },
  );
}
