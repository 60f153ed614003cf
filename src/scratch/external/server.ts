import type pg from 'pg';
import { DriftmarkError, withPlace } from '../../errors.js';
import { messageOf } from '../../postgres/query-error.js';
import { makeDatabases } from '../databases.js';
import { checkServer } from './checks.js';
import { openSession, type Session } from './session.js';
import { dropStale } from './stale-databases.js';
import { parseScratchUrl } from './url.js';
import type { OpenServer, ScratchOptions } from '../types.js';

/**
 * Uses a server that the user names: databases of our own on it, and nothing else touched. See
 * `withScratchServer` for what is thrown.
 */
export async function openGivenServer(options: ScratchOptions, signal: AbortSignal): Promise<OpenServer> {
  const { scratchUrl } = options;
  if (scratchUrl === undefined) {
    throw new DriftmarkError('usage', 'The engine `server` needs a scratch URL.', {
      remedy: 'Add --scratch-url postgres://user:password@host/postgres, or use the engine `embedded`.',
    });
  }
  const connection = withPlace('scratch URL', () => parseScratchUrl(scratchUrl));
  const session = await openSession(connection, signal);
  try {
    const client = await session.client();
    const versionNum = await checkServer(client, options);
    await dropStale(client);
    const before = { roles: await roleNames(client), settings: await systemSettings(client) };
    const databases = makeDatabases({
      connection,
      versionNum,
      origin: `${connection.host}:${connection.port}`,
      notice: options.notice,
      withClient: async (use) => use(await session.client()),
      // Others may use the server: a role is ours only if our migrations name it.
      isOurRole: () => false,
      create: (name) => [createStatement(name, versionNum), ...pinSettings(name)],
      clone: (name, of) => [`CREATE DATABASE ${name} TEMPLATE ${of}`],
    });
    const close = async (): Promise<void> => {
      const left = await databases.dropAll();
      if (left.length > 0) {
        options.notice(`could not drop on the scratch server: ${left.join(', ')}. Drop them yourself.`);
      }
      await reportChanges(session, before, options.notice);
      await session.end();
    };
    return { server: databases, close };
  } catch (error) {
    await session.end();
    throw error;
  }
}

function createStatement(name: string, versionNum: number): string {
  // A server may have been set up with ICU, whose order of strings is not C's.
  const provider = versionNum >= 150_000 ? ' LOCALE_PROVIDER libc' : '';
  return `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'${provider}`;
}

/** Settings under which the same DDL means the same everywhere; a server or role may have others. */
const pinned: Readonly<Record<string, string>> = {
  search_path: '"$user", public',
  TimeZone: `'UTC'`,
  DateStyle: `'ISO, MDY'`,
  IntervalStyle: `'postgres'`,
  lc_monetary: `'C'`,
  lc_numeric: `'C'`,
  default_tablespace: `''`,
  default_table_access_method: `'heap'`,
  default_toast_compression: `'pglz'`,
  default_text_search_config: `'pg_catalog.english'`,
  standard_conforming_strings: 'on',
};

/** For our role in this database: that is stronger than any other default, and goes with the database. */
function pinSettings(name: string): string[] {
  return Object.entries(pinned).map(
    ([setting, value]) => `ALTER ROLE CURRENT_USER IN DATABASE ${name} SET ${setting} = ${value}`,
  );
}

async function roleNames(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_catalog.pg_roles');
  return new Set(rows.map(({ name }) => name));
}

/** The settings that ALTER SYSTEM wrote, as `name=value`. Only some roles may read them. */
async function systemSettings(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client
    .query<{ setting: string }>(
      `SELECT name || '=' || setting AS setting FROM pg_catalog.pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf'`,
    )
    .catch(() => ({ rows: [] }));
  return new Set(rows.map(({ setting }) => setting));
}

/** What belongs to the whole server is reported if migrations changed it and it could not be changed back, or if others did. */
async function reportChanges(
  session: Session,
  before: { readonly roles: Set<string>; readonly settings: Set<string> },
  notice: (text: string) => void,
): Promise<void> {
  try {
    const client = await session.client();
    const appeared = [...(await roleNames(client))].filter((name) => !before.roles.has(name));
    if (appeared.length > 0)
      notice(
        `these roles were created on the scratch server during the run, and were not removed: ${appeared.sort().join(', ')}`,
      );
    const now = await systemSettings(client);
    const changed = [
      ...[...now].filter((setting) => !before.settings.has(setting)),
      ...[...before.settings].filter((setting) => !now.has(setting)),
    ].map((setting) => setting.slice(0, setting.indexOf('=')));
    if (changed.length > 0)
      notice(
        `ALTER SYSTEM changed these settings of the scratch server during the run, and they were not changed back: ${[...new Set(changed)].sort().join(', ')}`,
      );
  } catch (error) {
    notice(`could not check what the run changed on the scratch server: ${messageOf(error)}`);
  }
}
