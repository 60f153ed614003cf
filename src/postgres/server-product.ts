import { DriftmarkError } from '../errors.js';

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
function otherProduct(version: string): string | undefined {
  if (version.startsWith('PostgreSQL ') && !OTHERS.test(version)) return undefined;
  const [name] = OTHERS.exec(version) ?? [];
  return name === '-YB-' ? 'YugabyteDB' : (name ?? version);
}

/**
 * @param version What `version()` says.
 * @throws {DriftmarkError} `server-unsupported` for another product.
 */
export function checkProduct(version: string, server = 'this server'): void {
  const other = otherProduct(version);
  if (other === undefined) return;
  throw new DriftmarkError('server-unsupported', `${server} is not PostgreSQL but ${other}`, {
    details: [{ label: 'version', text: version }],
    remedy: 'name a PostgreSQL server: other products fill its catalogs in part only',
  });
}

/**
 * @param versionNum `server_version_num`.
 * @throws {DriftmarkError} `server-too-old`. A newer major than is known gives a notice.
 */
export function checkVersion(
  versionNum: number,
  notice: (text: string) => void,
  server = 'this server',
): void {
  const major = Math.floor(versionNum / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new DriftmarkError(
      'server-too-old',
      `${server} runs PostgreSQL ${major}; driftmark needs ${OLDEST_MAJOR} or newer`,
      { remedy: `name a server with PostgreSQL ${OLDEST_MAJOR} to ${NEWEST_MAJOR}` },
    );
  }
  if (major > NEWEST_MAJOR)
    notice(
      `${server} runs PostgreSQL ${major}, newer than driftmark knows (${OLDEST_MAJOR} to ${NEWEST_MAJOR})`,
    );
}
