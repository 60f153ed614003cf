import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { invalid, parseConnectionUrl, parsePort, systemUser } from '../../postgres/connection-url.js';
import { SSL_MODES, tlsAttempts } from '../../postgres/tls.js';
import { omitUndefined } from '../../util/omit-undefined.js';

/**
 * The connection settings in a scratch URL. The environment fills in nothing, because its `PG*` variables are meant for
 * other databases. The default database is `postgres`, which every server has.
 * @throws {DriftmarkError} code `usage` if the URL is not valid. The message does not repeat the URL.
 */
export function parseScratchUrl(url: string): ConnectionSettings {
  const { hosts, user, password, database, parameters } = parseConnectionUrl(url);
  const [first, ...others] = hosts;
  if (others.length > 0) throw invalid('a scratch URL names a single server');
  const given = (name: string) => nonEmpty(parameters.get(name));
  const host = nonEmpty(first?.host) ?? given('hostaddr') ?? given('host') ?? 'localhost';
  return {
    host,
    port: first?.port ?? parsePort(given('port') ?? '5432'),
    user: user ?? systemUser(),
    database: database ?? 'postgres',
    ...(password && { password }),
    ssl: tlsOf(given, host),
  };
}

/** Without `sslmode`, TLS is used only if `ssl=true` or a certificate asks for it. */
function tlsOf(given: (name: string) => string | undefined, host: string): ConnectionSettings['ssl'] {
  const files = {
    rootCertificate: given('sslrootcert'),
    certificate: given('sslcert'),
    key: given('sslkey'),
  };
  const wantsTls = given('ssl') === 'true' || Object.values(files).some((file) => file !== undefined);
  const named = given('sslmode') ?? (wantsTls ? 'require' : 'disable');
  const mode = SSL_MODES.find((each) => each === (named === 'no-verify' ? 'require' : named));
  if (mode === undefined) throw invalid(`its sslmode is not one of ${SSL_MODES.join(', ')}`);
  const [attempt = false] = tlsAttempts({ mode, ...omitUndefined(files) }, host);
  return attempt;
}

const nonEmpty = (text: string | undefined) => (text === '' ? undefined : text);
