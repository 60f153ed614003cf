import type pg from 'pg';
import { databaseErrorIn } from '../../postgres/query-error.js';

/**
 * Whether a statement failed because the embedded server has no `template1`, which became the first scratch database.
 * It is then made, so that the statement can run again: CREATE DATABASE needs it.
 */
export async function madeTemplate1(client: pg.Client, error: unknown): Promise<boolean> {
  const { code, message = '' } = databaseErrorIn(error) ?? {};
  if (code !== '3D000' || !/\btemplate1\b/.test(message)) return false;
  await client.query('CREATE DATABASE template1 TEMPLATE template0 IS_TEMPLATE true');
  return true;
}
