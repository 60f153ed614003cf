import type pg from 'pg';
import { withoutLeadingComments } from '../../postgres/sql-statements.js';

const CREATE = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?(?:"([^"]+)"|([\w$]+))/i;

/** Extensions that only the hosted platform has. */
export interface PlatformExtensions {
  readonly names: readonly string[];
  /** By extension, SQL that creates what migrations call of it. */
  readonly standIns: Readonly<Partial<Record<string, string>>>;
  /** Receives the name of an extension that was not created. */
  readonly onMissing: (name: string) => void;
}

/**
 * Whether a statement creates an extension of the platform that the scratch server lacks. It must then not be sent; what
 * stands in for the extension is created instead.
 */
export async function replaceMissingExtension(
  client: pg.Client,
  sql: string,
  { names, standIns, onMissing }: PlatformExtensions,
): Promise<boolean> {
  const [, quoted, bare] = CREATE.exec(withoutLeadingComments(sql)) ?? [];
  const name = quoted ?? bare?.toLowerCase();
  if (name === undefined || !names.includes(name)) return false;
  const { rowCount } = await client.query(
    'SELECT FROM pg_catalog.pg_available_extensions() WHERE name OPERATOR(pg_catalog.=) $1',
    [name],
  );
  if (rowCount !== 0) return false;
  onMissing(name);
  const standIn = standIns[name];
  if (standIn !== undefined && !(await isThere(client, standIn))) await client.query(standIn);
  return true;
}

/** A migration may create an extension again, with `IF NOT EXISTS`. */
async function isThere(client: pg.Client, standIn: string): Promise<boolean> {
  const [, schema] = /SCHEMA IF NOT EXISTS (\w+)/.exec(standIn) ?? [];
  const { rowCount } = await client.query(
    `SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname OPERATOR(pg_catalog.=) $1`,
    [schema],
  );
  return rowCount !== 0;
}
