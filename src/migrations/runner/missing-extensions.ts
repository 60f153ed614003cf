import type pg from 'pg';
import { withoutLeadingComments } from '../../postgres/sql-statements.js';

const CREATE = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?(?:"([^"]+)"|([\w$]+))/i;

/** Extensions that only the hosted platform has. */
export interface PlatformExtensions {
  readonly names: readonly string[];
  /** Receives the name of an extension that was not created. */
  readonly onMissing: (name: string) => void;
}

/** Whether a statement creates an extension of the platform that the scratch server lacks. It is then not sent. */
export async function isMissingExtension(
  client: pg.Client,
  sql: string,
  { names, onMissing }: PlatformExtensions,
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
  return true;
}
