import type pg from 'pg';
import {
  MetaCommand,
  splitStatements,
  withoutLeadingComments,
  type SqlStatement,
} from '../../postgres/sql-statements.js';
import type { Migration, MigrationsFolder } from '../layouts/layout.js';
import type { Direction } from './protocol.js';

/** Statements that change a setting of the session for longer than their transaction. */
const SETTING =
  /^\s*(SET(?!\s+(LOCAL|TRANSACTION|CONSTRAINTS)\b)|RESET|SELECT\s+(pg_catalog\s*\.\s*)?set_config\s*\()/i;

/**
 * Gives a new connection the settings that earlier migrations left on the connection before: a tool that runs all files on one
 * connection lets `SET search_path` of one file reach the next. driftmark needs a new connection after a failed down
 * migration, and in a copy of a database.
 */
export async function restoreSettings(
  client: pg.Client,
  { migrations }: MigrationsFolder,
  direction: Direction,
  migration: Migration,
): Promise<void> {
  const at = migrations.findIndex(({ name }) => name === migration.name);
  for (const { up } of migrations.slice(0, direction === 'up' ? at : at + 1))
    for (const { text } of up?.queries.flatMap((query) => statementsIn(query.text)) ?? [])
      // What fails now, because a later migration dropped it, has no effect later.
      if (SETTING.test(withoutLeadingComments(text))) await client.query(text).catch(() => undefined);
}

function statementsIn(sql: string): readonly SqlStatement[] {
  try {
    return splitStatements(sql);
  } catch (error) {
    if (error instanceof MetaCommand) return [];
    throw error;
  }
}
