import { DriftmarkError } from './errors.js';

/** The majors that driftmark is tested with. */
export const OLDEST_MAJOR = 14;
export const NEWEST_MAJOR = 18;

/** Products that speak PostgreSQL's protocol and call themselves by its name, but are others beneath. */
const OTHERS =
  /CockroachDB|-YB-|YugabyteDB|Redshift|Greenplum|Materialize|CrateDB|RisingWave|QuestDB|openGauss|\bH2\b|ParadeDB Enterprise/i;

/**
 * What another product than PostgreSQL calls itself, from what `version()` says; undefined for PostgreSQL.
 * A database that is compatible in part would be read in part, so none is guessed at.
 */
export function otherProduct(version: string): string | undefined {
  if (version.startsWith('PostgreSQL ') && !OTHERS.test(version)) return undefined;
  const [name] = OTHERS.exec(version) ?? [];
  return name === '-YB-' ? 'YugabyteDB' : (name ?? version);
}

/** @throws {DriftmarkError} `server-unsupported`, `server-too-old`. A newer major than is known gives a notice. */
export function checkProduct(
  { version, versionNum }: { readonly version: string; readonly versionNum: number },
  notice: (text: string) => void,
): void {
  const other = otherProduct(version);
  if (other !== undefined) {
    throw new DriftmarkError('server-unsupported', `This server is not PostgreSQL but ${other}.`, {
      details: [{ label: 'version', text: version }],
      remedy: 'driftmark reads the catalogs of PostgreSQL itself; other products fill them in part only.',
    });
  }
  const major = Math.floor(versionNum / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new DriftmarkError('server-too-old', `This server runs PostgreSQL ${major}.`, {
      remedy: `driftmark reads PostgreSQL ${OLDEST_MAJOR} to ${NEWEST_MAJOR}.`,
    });
  }
  if (major > NEWEST_MAJOR)
    notice(
      `The server runs PostgreSQL ${major}, which is newer than driftmark knows (${OLDEST_MAJOR} to ${NEWEST_MAJOR}).`,
    );
}
