import { DriftmarkError } from '../errors.js';

/** The oldest and the newest major version that driftmark is tested with. */
export const OLDEST_MAJOR = 14;
export const NEWEST_MAJOR = 18;

/** Products that use PostgreSQL's protocol, and some of them its name. */
const OTHERS =
  /CockroachDB|-YB-|YugabyteDB|Redshift|Greenplum|Materialize|CrateDB|RisingWave|QuestDB|openGauss|\bH2\b|ParadeDB Enterprise/i;

/**
 * The name of a product other than PostgreSQL, by the result of `version()`; undefined for PostgreSQL. A product that is
 * only partly compatible would be read only in part, so driftmark refuses all of them.
 */
function otherProduct(version: string): string | undefined {
  if (version.startsWith('PostgreSQL ') && !OTHERS.test(version)) return undefined;
  const [name] = OTHERS.exec(version) ?? [];
  return name === '-YB-' ? 'YugabyteDB' : (name ?? version);
}

/**
 * @param version The result of `version()`.
 * @throws {DriftmarkError} `server-unsupported` if it is another product.
 */
export function checkProduct(version: string, server = 'This server'): void {
  const other = otherProduct(version);
  if (other === undefined) return;
  throw new DriftmarkError('server-unsupported', `${server} is not PostgreSQL but ${other}.`, {
    details: [{ label: 'version', text: version }],
    remedy: 'Use a PostgreSQL server. Other products implement its system catalogs only in part.',
  });
}

/**
 * @param versionNum `server_version_num`.
 * @throws {DriftmarkError} `server-too-old`. A major version newer than the tested ones gives a notice.
 */
export function checkVersion(
  versionNum: number,
  notice: (text: string) => void,
  server = 'This server',
): void {
  const major = Math.floor(versionNum / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new DriftmarkError(
      'server-too-old',
      `${server} runs PostgreSQL ${major}, but driftmark needs ${OLDEST_MAJOR} or newer.`,
      { remedy: `Use a server with PostgreSQL ${OLDEST_MAJOR} to ${NEWEST_MAJOR}.` },
    );
  }
  if (major > NEWEST_MAJOR)
    notice(
      `${server} runs PostgreSQL ${major}. driftmark is tested with ${OLDEST_MAJOR} to ${NEWEST_MAJOR}.`,
    );
}
