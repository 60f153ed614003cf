import type { QualifiedName } from '../../schema/kinds/table.js';
import type { EventTrigger, Firing, Trigger } from '../../schema/kinds/trigger.js';
import {
  NONE,
  columnNames,
  comment,
  coveredRelation,
  notOfExtension,
  owner,
  qualifiedName,
} from '../fragments.js';
import { omitDefaults, type Reader } from '../reader.js';
import { deferrable } from './index-definition.js';
import { sorted } from './table.js';

/** `tgenabled`, `ev_enabled` and `evtenabled`. */
export const FIRINGS: Readonly<Record<string, Firing>> = { D: 'disabled', R: 'replica', A: 'always' };

interface Row {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: number;
  readonly update_of: readonly string[];
  readonly is_constraint: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly from: QualifiedName | null;
  readonly old_table: string | null;
  readonly new_table: string | null;
  readonly definition: string | null;
  readonly function: QualifiedName;
  /** Ended by \\x01, with \\x02 as the mark of an escaped character. */
  readonly arguments: string;
  readonly enabled: string;
  readonly comment: string | null;
}

/** The bits of `tgtype`: PostgreSQL's catalog/pg_trigger.h. */
const BITS = { row: 1, before: 2, insert: 4, delete: 8, update: 16, truncate: 32, instead: 64 } as const;

/** PostgreSQL 14 calls a partition's copy of a trigger internal, as it does the triggers behind foreign keys. */
const isOfUser = `(NOT t.tgisinternal OR t.tgparentid <> ${NONE} AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint tc
      WHERE tc.oid = t.tgconstraint AND tc.contype <> 't'))`;

/**
 * `tgargs` is bytes in the encoding of the database, each argument ended by a zero byte, which no text may hold: the
 * zero byte becomes \\x01, what was \\x01 becomes \\x02\\x03, and \\x02 becomes \\x02\\x04.
 */
const encodedArguments = `CASE WHEN t.tgnargs = 0 THEN '' ELSE pg_catalog.convert_from(pg_catalog.decode(${[
  [' 02', '0204'],
  [' 01', '0203'],
  [' 00', '01'],
  [' ', ''],
].reduce(
  (text, [from, to]) => `pg_catalog.replace(${text}, '${from}', '${to}')`,
  `pg_catalog.regexp_replace(pg_catalog.encode(t.tgargs, 'hex'), '(..)'::pg_catalog.text, ' \\1'::pg_catalog.text, 'g'::pg_catalog.text)`,
)}, 'hex'), pg_catalog.getdatabaseencoding()) END`;

/** The copy of a trigger on a partition is an object only if it was enabled or disabled separately. */
export const trigger: Reader<Trigger, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name, t.tgtype AS type,
      ${columnNames('t.tgrelid', 't.tgattr')} AS update_of, t.tgconstraint <> ${NONE} AS is_constraint,
      t.tgdeferrable AS deferrable, t.tginitdeferred AS deferred,
      (SELECT ${qualifiedName('fn.nspname', 'f.relname')} FROM pg_catalog.pg_class f
        JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace WHERE f.oid = t.tgconstrrelid) AS from,
      t.tgoldtable AS old_table, t.tgnewtable AS new_table,
      CASE WHEN t.tgqual IS NOT NULL THEN pg_catalog.pg_get_triggerdef(t.oid) END AS definition,
      ${qualifiedName('pn.nspname', 'p.proname')} AS function, ${encodedArguments} AS arguments, t.tgenabled AS enabled,
      ${comment('pg_trigger', 't.oid')} AS comment
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
      LEFT JOIN pg_catalog.pg_trigger parent ON parent.oid = t.tgparentid
    WHERE ${isOfUser} AND (t.tgparentid = ${NONE} OR t.tgenabled <> parent.tgenabled)
      AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')} AND ${notOfExtension('pg_trigger', 't.oid')}`,
  map: (row) => {
    const has = (bit: keyof typeof BITS) => (row.type & BITS[bit]) !== 0;
    const values = triggerArguments(row.arguments);
    return omitDefaults<Trigger>({
      schema: row.schema,
      table: row.table,
      name: row.name,
      timing: has('before') ? 'before' : has('instead') ? 'instead of' : 'after',
      events: (['insert', 'update', 'delete', 'truncate'] as const).filter(has),
      updateOf: row.update_of,
      constraint: row.is_constraint,
      deferrable: deferrable(row.deferrable, row.deferred),
      from: row.from,
      oldTable: row.old_table,
      newTable: row.new_table,
      level: has('row') ? 'row' : 'statement',
      when: row.definition === null ? null : whenOf(row.definition, values),
      function: row.function,
      arguments: values,
      firing: FIRINGS[row.enabled],
      comment: row.comment,
    });
  },
};

/** What is the end of an argument, and of an escape, in the text that `encodedArguments` gives. */
const triggerArguments = (text: string) =>
  text
    .split('\x01')
    .slice(0, -1)
    .map((value) => value.replaceAll('\x02\x03', '\x01').replaceAll('\x02\x04', '\x02'));

/** pg_get_expr() refuses a condition on two rows: it is cut out of the command that makes the trigger. */
function whenOf(definition: string, values: readonly string[]): string | null {
  const call = `(${values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`;
  const command = definition.slice(0, -call.length);
  const start = / FOR EACH (?:ROW|STATEMENT) WHEN \(/.exec(command);
  const end = command.lastIndexOf(') EXECUTE FUNCTION ');
  return start ? command.slice(start.index + start[0].length, end) : null;
}

interface EventRow {
  readonly name: string;
  readonly event: string;
  readonly tags: readonly string[] | null;
  readonly function: QualifiedName;
  readonly enabled: string;
  readonly owner: string;
  readonly comment: string | null;
}

export const eventTrigger: Reader<EventTrigger, EventRow> = {
  sql: () => `
    SELECT e.evtname AS name, e.evtevent AS event, e.evttags AS tags, ${qualifiedName('n.nspname', 'p.proname')} AS function,
      e.evtenabled AS enabled, ${owner('e.evtowner')} AS owner, ${comment('pg_event_trigger', 'e.oid')} AS comment
    FROM pg_catalog.pg_event_trigger e JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE ${notOfExtension('pg_event_trigger', 'e.oid')}`,
  map: ({ enabled, tags, ...row }) =>
    omitDefaults<EventTrigger>({ ...row, tags: sorted(tags), firing: FIRINGS[enabled] }),
};
