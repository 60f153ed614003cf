import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { DriftmarkError } from '../errors.js';
import { quoteIdentifier } from '../introspect/settings.js';
import { codeOf, messageOf } from '../scratch/client.js';
import type { Target } from '../targets.js';

/** What comes before the migrations: the roles that they grant to, and the set-up file. */
export async function prepare(
  client: Client,
  { settings }: Target,
  notice: (text: string) => void,
): Promise<void> {
  for (const role of settings.roles ?? []) await createRole(client, role, notice);
  if (settings.setup !== undefined) await runSetup(client, settings.setup);
}

async function createRole(client: Client, role: string, notice: (text: string) => void): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [role]);
  if (rowCount !== 0) return;
  try {
    await client.query(`CREATE ROLE ${quoteIdentifier(role)} NOLOGIN`);
  } catch (error) {
    // Another target, built at the same time, was faster.
    if (['42710', '23505'].includes(codeOf(error) ?? '')) return;
    notice(`The role ${role} could not be made: ${messageOf(error)}`);
  }
}

async function runSetup(client: Client, file: string): Promise<void> {
  const sql = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new DriftmarkError('config', `The set-up file could not be read: ${messageOf(error)}`, {
      place: { file },
      remedy: 'Correct the setting `setup`: a path relative to the config.',
      cause: error,
    });
  });
  try {
    await client.query(sql);
  } catch (error) {
    throw new DriftmarkError('config', `The set-up file failed: ${messageOf(error)}`, {
      place: { file },
      remedy: 'Correct the SQL, or the setting `setup`.',
      cause: error,
    });
  }
}
