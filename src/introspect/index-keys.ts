import type { IndexKey } from '../schema/kinds/index-definition.js';
import { FIRST_NORMAL_OID, NONE, baseTypeOf, columnNames, isDefaultClass, subscripts } from './fragments.js';
import { omitDefaults } from './reader.js';
import { sorted } from './kinds/table.js';

/** A key as `keysOf` returns it: only the column's name if the key has no other facts. */
export type KeyRow = string | SpecialKeyRow;

interface SpecialKeyRow {
  readonly column: string | null;
  readonly expression: string | null;
  readonly collation: string | null;
  readonly opclass: string | null;
  readonly opclass_options: readonly string[] | null;
  readonly option: number;
  readonly orders: boolean;
  readonly statistics: number | null;
  readonly operator: string | null;
}

interface Keys {
  /** The condition for the relations `c` that have the indexes. */
  readonly where: string;
  /** An additional join, and an SQL expression over it for the operator of a key. */
  readonly join?: string;
  readonly operator?: string;
}

/**
 * The keys of indexes `i` as JSON: a relation of `indexrelid` and `keys`, built once for all of them, because a
 * subquery for each index would dominate the time for a large schema. If an index has only one expression, it is read
 * from the index itself, which costs a third of pg_get_indexdef().
 */
export const keysOf = ({ where, join = '', operator = 'NULL' }: Keys) => `
  (SELECT i.indexrelid, pg_catalog.json_agg(CASE
    WHEN k.attnum <> 0 AND k.option = 0 AND ${isDefaultClass('oc', 'ta.base')} AND (k.coll = ${NONE} OR k.coll = ta.attcollation) AND ia.attnum IS NULL AND ${operator} IS NULL
      THEN pg_catalog.to_json(ta.attname::pg_catalog.text)
    ELSE pg_catalog.json_build_object('column', ta.attname,
      'expression', CASE WHEN k.attnum <> 0 THEN NULL
        WHEN (SELECT pg_catalog.count(*) FROM ${subscripts('i.indkey')} WHERE i.indkey[k.at] = 0) = 1
          THEN '(' || pg_catalog.pg_get_expr(i.indexprs, i.indrelid) || ')'
        ELSE pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) END,
      'collation', CASE WHEN k.coll <> ${NONE} AND k.coll <> coalesce(ta.attcollation, (SELECT kt.typcollation FROM pg_catalog.pg_attribute e
          JOIN pg_catalog.pg_type kt ON kt.oid = e.atttypid WHERE e.attrelid = i.indexrelid AND e.attnum = k.n))
        THEN k.coll::pg_catalog.regcollation END,
      'opclass', CASE WHEN NOT ${isDefaultClass('oc', 'coalesce(ta.base, ea.base)')} OR ia.attoptions IS NOT NULL THEN CASE WHEN pg_catalog.pg_opclass_is_visible(oc.oid)
        THEN pg_catalog.quote_ident(oc.opcname) ELSE pg_catalog.format('%I.%I', ocn.nspname, oc.opcname) END END,
      'opclass_options', ia.attoptions, 'option', k.option, 'orders', oc.opcmethod = '403'::pg_catalog.oid,
      'statistics', CASE WHEN ia.attstattarget >= 0 THEN ia.attstattarget END, 'operator', ${operator}) END ORDER BY k.n) AS keys
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid ${join}
    CROSS JOIN LATERAL (SELECT k.at + 1 AS n, i.indkey[k.at] AS attnum, i.indclass[k.at] AS opclass, i.indcollation[k.at] AS coll, i.indoption[k.at] AS option
      FROM ${subscripts('i.indclass')}) k
    JOIN pg_catalog.pg_opclass oc ON oc.oid = k.opclass JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
    LEFT JOIN LATERAL (SELECT a.attname, a.attcollation, ${baseTypeOf('a.atttypid')} AS base FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0 OFFSET 0) ta ON true
    LEFT JOIN LATERAL (SELECT ${baseTypeOf('a.atttypid')} AS base FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = i.indexrelid AND a.attnum = k.n AND k.attnum = 0 AND oc.opckeytype = ${NONE} OFFSET 0) ea ON true
    LEFT JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n AND (ia.attoptions IS NOT NULL OR ia.attstattarget >= 0)
  WHERE ${where}
  GROUP BY i.indexrelid)`;

/** Whether a database has operator classes of its own that PostgreSQL chooses if none is named. Looked up once. */
const hasOwnDefaults = `EXISTS (SELECT FROM pg_catalog.pg_opclass own WHERE own.opcdefault AND own.oid >= ${FIRST_NORMAL_OID})`;

/** The operator classes that are the default of some type. Looked up once. */
const DEFAULT_CLASSES = 'ARRAY(SELECT d.oid FROM pg_catalog.pg_opclass d WHERE d.opcdefault)';

/** Whether the keys have other facts than columns, order and one expression. */
const isSpecial = `'' = ANY (k.names)
        OR EXISTS (SELECT FROM ${subscripts('i.indclass')} WHERE i.indclass[k.at] <> ALL (${DEFAULT_CLASSES}))
        OR ${hasOwnDefaults} AND EXISTS (SELECT FROM ${subscripts('i.indclass')} JOIN pg_catalog.pg_opclass d ON d.oid = i.indclass[k.at]
          JOIN pg_catalog.pg_attribute e ON e.attrelid = i.indexrelid AND e.attnum = k.at + 1
          WHERE NOT ${isDefaultClass('d', baseTypeOf('e.atttypid'))})
        OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attnum > 0 AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0))
        OR i.indexprs IS NOT NULL AND (pg_catalog.cardinality(k.names) > pg_catalog.cardinality(pg_catalog.array_remove(k.names, NULL)) + 1
          OR EXISTS (SELECT FROM pg_catalog.pg_attribute e JOIN pg_catalog.pg_type kt ON kt.oid = e.atttypid
            WHERE e.attrelid = i.indexrelid AND i.indkey[e.attnum - 1] = 0
              AND e.attcollation <> ${NONE} AND e.attcollation <> kt.typcollation))`;

/** The keys of an index in their shortest form. */
export interface KeysRow {
  /** The columns' names; null for an expression. */
  readonly names: readonly (string | null)[];
  /** The bits of `indoption`, separated by spaces. */
  readonly key_options: string;
  /** The only expression. */
  readonly expression: string | null;
  /** All keys, if the other fields do not describe them completely. */
  readonly special_keys: readonly KeyRow[] | null;
}

/**
 * The keys of an index `i`, whose relation is `ic`, as `KeysRow` has them. Most indexes of a large schema have
 * nothing
 * but columns, or one expression; aggregating all keys would take most of the time.
 */
export const keyColumns = `k.names, pg_catalog.textin(pg_catalog.int2vectorout(i.indoption)) AS key_options,
      '(' || pg_catalog.pg_get_expr(i.indexprs, i.indrelid) || ')' AS expression,
      CASE WHEN ${isSpecial} THEN (SELECT s.keys FROM ${keysOf({ where: 'i.indexrelid = ic.oid' })} s) END AS special_keys`;

/** The join that `keyColumns` needs. A name is empty if the collation is not the one of the column. */
export const keyNames = `CROSS JOIN LATERAL (SELECT ARRAY(
      SELECT CASE WHEN i.indcollation[k.at] <> ${NONE} AND i.indcollation[k.at] <> a.attcollation THEN '' ELSE a.attname::pg_catalog.text END
      FROM ${subscripts('i.indcollation')}
        LEFT JOIN LATERAL (SELECT a.attname, a.attcollation FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[k.at] AND i.indkey[k.at] <> 0 OFFSET 0) a ON true
      ORDER BY k.at) AS names OFFSET 0) k`;

/** The names of the columns that an index `i` includes. */
export const includedColumns = `CASE WHEN i.indnatts > i.indnkeyatts THEN ${columnNames(
  'i.indrelid',
  `i.indkey[i.indnkeyatts : i.indnatts - 1]`,
)} END`;

export function indexKeys(row: KeysRow, isOrdered: boolean): readonly IndexKey[] {
  if (row.special_keys) return row.special_keys.map(indexKey);
  const options = row.key_options.split(' ');
  return row.names.map((column, at): IndexKey => {
    const option = Number(options[at]);
    if (column !== null && option === 0) return { column };
    return omitDefaults<IndexKey>({
      column,
      expression: column === null && row.expression !== null ? withoutParentheses(row.expression) : null,
      ...order(option, isOrdered),
    });
  });
}

/** The bits of `indoption`. PostgreSQL manual, pg_index. */
function order(option: number, isOrdered: boolean): Pick<IndexKey, 'descending' | 'nulls'> {
  const descends = (option & 1) !== 0;
  const nullsFirst = (option & 2) !== 0;
  return {
    ...(isOrdered && descends && { descending: true }),
    ...(isOrdered && nullsFirst !== descends && { nulls: nullsFirst ? 'first' : 'last' }),
  };
}

export function indexKey(row: KeyRow): IndexKey {
  if (typeof row === 'string') return { column: row };
  const parameters = sorted(row.opclass_options)?.map((option) => option.replace(/=(.*)$/s, "='$1'"));
  return omitDefaults<IndexKey>({
    column: row.column,
    expression: row.expression === null ? null : withoutParentheses(row.expression),
    collation: row.collation,
    opclass: row.opclass === null ? null : row.opclass + (parameters ? `(${parameters.join(', ')})` : ''),
    ...order(row.option, row.orders),
    statistics: row.statistics,
  });
}

/** PostgreSQL puts parentheses around an expression that is not a plain function call. The report adds its own. */
const withoutParentheses = (text: string) => (text.startsWith('(') ? text.slice(1, -1) : text);
