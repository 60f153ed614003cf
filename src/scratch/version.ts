import { DriftmarkError } from '../errors.js';
import { useServerInstead } from './remedy.js';

/** The majors that driftmark is tested with. */
export const oldestMajor = 14;
export const newestMajor = 18;

/**
 * @throws DriftmarkError `server-too-old` below 14. A newer major than we know is only a notice.
 */
export function checkVersion(versionNum: number, notice: (text: string) => void): void {
  const major = Math.floor(versionNum / 10_000);
  if (major < oldestMajor) {
    throw new DriftmarkError(
      'server-too-old',
      `the scratch server runs PostgreSQL ${major}; driftmark needs ${oldestMajor} or newer`,
      { remedy: `use the embedded server, or ${useServerInstead}` },
    );
  }
  if (major > newestMajor) {
    notice(
      `the scratch server runs PostgreSQL ${major}, newer than driftmark knows (${oldestMajor} to ${newestMajor})`,
    );
  }
}
