import type { Policy } from '../../schema/kinds/policy.js';
import { NONE, comment, coveredRelation, notOfExtension, subscripts } from '../fragments.js';
import { oneLine } from '../collapse-whitespace.js';
import { omitDefaults, type Reader } from '../reader.js';
import { sorted } from './table.js';

interface Row {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: readonly string[];
  readonly comment: string | null;
  readonly deparsed: { readonly using: string | null; readonly check: string | null };
}

const COMMANDS: Readonly<Record<string, Policy['command']>> = {
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
};

export const policy: Reader<Policy, Row> = {
  sql: (coverage) => `
    SELECT p.oid, n.nspname AS schema, c.relname AS table, p.polname AS name, p.polpermissive AS permissive,
      p.polcmd AS command, ARRAY(SELECT pg_catalog.pg_get_userbyid(p.polroles[k.at])::pg_catalog.text FROM ${subscripts('p.polroles')} WHERE p.polroles[k.at] <> ${NONE}) AS roles,
      ${comment('pg_policy', 'p.oid')} AS comment
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}`,
  deparsed: `(SELECT pg_catalog.json_build_object('using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
    'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_catalog.pg_policy p WHERE p.oid = k.oid)`,
  map: (row) =>
    omitDefaults<Policy>({
      schema: row.schema,
      table: row.table,
      name: row.name,
      restrictive: !row.permissive,
      command: COMMANDS[row.command],
      roles: sorted(row.roles),
      using: row.deparsed.using && oneLine(row.deparsed.using),
      withCheck: row.deparsed.check && oneLine(row.deparsed.check),
      comment: row.comment,
    }),
};
