import type pg from 'pg';
import { DriftmarkError } from '../../errors.js';
import { scalar } from '../client.js';
import type { ScratchOptions } from '../types.js';
import { checkProduct, checkVersion } from '../../postgres/server-product.js';

const SERVER = 'The scratch server';

/**
 * Checks that scratch databases can be created on this server.
 *
 * @returns `server_version_num`
 * @throws DriftmarkError `server-unsupported`, `server-too-old`, `config` if its major version is not the configured
 * one, `scratch-unavailable` for a replica and for a role
 * without CREATEDB.
 */
export async function checkServer(client: pg.Client, options: ScratchOptions): Promise<number> {
  const product = String(await scalar(client, 'SELECT pg_catalog.version()'));
  checkProduct(product, SERVER);
  const versionNum = Number(await scalar(client, 'SHOW server_version_num'));
  checkVersion(versionNum, options.notice, SERVER);
  checkMajor(versionNum, options.postgresVersion);
  if (await scalar(client, 'SELECT pg_catalog.pg_is_in_recovery()')) {
    throw new DriftmarkError(
      'scratch-unavailable',
      'The scratch server is a replica, on which driftmark cannot create databases.',
      {
        remedy: 'Use a primary server, preferably one for tests.',
      },
    );
  }
  await checkPrivilege(client);
  return versionNum;
}

function checkMajor(versionNum: number, wanted: number | undefined): void {
  const major = Math.floor(versionNum / 10_000);
  if (wanted === undefined || wanted === major) return;
  // An error, not a notice: another version formats views and expressions differently.
  throw new DriftmarkError(
    'config',
    `The scratch server runs PostgreSQL ${major}, but \`postgresVersion\` is ${wanted}.`,
    {
      place: { object: 'postgresVersion' },
      remedy: `Use a server with PostgreSQL ${wanted}, or set \`postgresVersion\` to the major version of production.`,
    },
  );
}

async function checkPrivilege(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ role: string; may: boolean }>(
    `SELECT pg_catalog.quote_ident(rolname) AS role, rolcreatedb OR rolsuper AS may
       FROM pg_catalog.pg_roles WHERE rolname = current_user`,
  );
  const [row] = rows;
  if (row === undefined || row.may) return;
  throw new DriftmarkError(
    'scratch-unavailable',
    `The role ${row.role} lacks the privilege CREATEDB on the scratch server.`,
    { remedy: `Ask an administrator to run: ALTER ROLE ${row.role} CREATEDB;` },
  );
}
