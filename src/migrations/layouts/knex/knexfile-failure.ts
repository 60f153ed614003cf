import { DriftmarkError } from '../../../errors.js';
import { redact } from '../../errors/redact.js';

/** The error for a knexfile that cannot be used. */
export function knexfileFailure(file: string, reason: string): DriftmarkError {
  return new DriftmarkError('migrations-invalid', `The knexfile could not be loaded: ${redact(reason)}`, {
    place: { file },
    remedy: /cannot find (package|module)/i.test(reason)
      ? 'Install the dependencies of the project, or check the name of the module.'
      : 'Make sure that Node can load the knexfile without the application. driftmark only uses its part `migrations`.',
  });
}
