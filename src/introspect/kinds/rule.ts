import type { Rule } from '../../schema/kinds/rule.js';
import { comment, coveredRelation, notOfExtension } from '../fragments.js';
import { oneLine } from '../collapse-whitespace.js';
import { omitDefaults, type Reader } from '../reader.js';
import { FIRINGS } from './trigger.js';

interface Row {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly event: string;
  readonly enabled: string;
  readonly comment: string | null;
  readonly deparsed: string;
}

const EVENTS: Readonly<Record<string, Rule['event']>> = {
  1: 'select',
  2: 'update',
  3: 'insert',
  4: 'delete',
};

/** The rule behind a view is reported with the view. */
export const rule: Reader<Rule, Row> = {
  sql: (coverage) => `
    SELECT r.oid, n.nspname AS schema, c.relname AS table, r.rulename AS name, r.ev_type AS event,
      r.ev_enabled AS enabled, ${comment('pg_rewrite', 'r.oid')} AS comment
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')} AND ${notOfExtension('pg_rewrite', 'r.oid')}`,
  deparsed: 'pg_catalog.pg_get_ruledef(k.oid)',
  map: ({ schema, table, name, event, enabled, comment: text, deparsed }) =>
    omitDefaults<Rule>({
      schema,
      table,
      name,
      event: EVENTS[event] ?? 'select',
      definition: definitionOf(deparsed),
      firing: FIRINGS[enabled],
      comment: text,
    }),
};

const NAME = String.raw`(?:"(?:[^"]|"")*"|[^\s".;]+)`;
const HEAD = new RegExp(String.raw`^CREATE RULE ${NAME} AS\s+ON \w+ TO ${NAME}(?:\.${NAME})?\s*`);

/** Condition and action, without the names, which the report already has. */
const definitionOf = (command: string) => oneLine(command.replace(HEAD, '').replace(/;\s*$/, ''));
