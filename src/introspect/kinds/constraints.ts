import type {
  Check,
  ExclusionConstraint,
  ForeignKey,
  ReferentialAction,
} from '../../schema/kinds/constraints.js';
import { NONE, columnNames, comment, coveredRelation, notOfExtension, since } from '../fragments.js';
import { omitDefaults, type ReadScope, type Reader } from '../reader.js';
import { includedColumns, indexKey, keysOf, type KeyRow } from '../index-keys.js';
import { deferrable } from './index-definition.js';
import { sorted } from './table.js';

/** Constraints of tables, without those that a partition has only because its parent has them. */
const from = (coverage: ReadScope, contype: string) =>
  `
  FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`
    .concat(
      contype === 'f'
        ? ' JOIN pg_catalog.pg_class rc ON rc.oid = con.confrelid JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace'
        : '',
    )
    .concat(
      contype === 'x'
        ? ` JOIN pg_catalog.pg_index i ON i.indexrelid = con.conindid JOIN pg_catalog.pg_class ic ON ic.oid = con.conindid
    JOIN ${keysOf({ where: coveredRelation(coverage, 'c'), join: EXCLUSION, operator })} k ON k.indexrelid = con.conindid`
        : '',
    )
    .concat(
      ` WHERE con.contype = '${contype}' AND con.conparentid = ${NONE} AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}`,
    );

const common = `n.nspname AS schema, c.relname AS table, con.conname AS name, ${comment('pg_constraint', 'con.oid')} AS comment`;

interface CommonRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly comment: string | null;
}

interface ForeignKeyRow extends CommonRow {
  readonly columns: readonly string[];
  readonly referenced_schema: string;
  readonly referenced_table: string;
  readonly referenced_columns: readonly string[];
  readonly period: boolean;
  readonly match: string;
  readonly on_update: string;
  readonly on_delete: string;
  readonly on_delete_columns: readonly string[] | null;
  readonly condeferrable: boolean;
  readonly condeferred: boolean;
  readonly valid: boolean;
  readonly enforced: boolean;
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};
const MATCHES: Readonly<Record<string, 'full' | 'partial'>> = { f: 'full', p: 'partial' };

export const foreignKey: Reader<ForeignKey, ForeignKeyRow> = {
  sql: (coverage) => `
    SELECT ${common}, ${columnNames('con.conrelid', 'con.conkey')} AS columns,
      rn.nspname AS referenced_schema, rc.relname AS referenced_table, ${columnNames('con.confrelid', 'con.confkey')} AS referenced_columns,
      ${since(coverage, 18, 'con.conperiod', 'false')} AS period, con.confmatchtype AS match,
      con.confupdtype AS on_update, con.confdeltype AS on_delete,
      ${since(coverage, 15, `CASE WHEN con.confdelsetcols IS NOT NULL THEN ${columnNames('con.conrelid', 'con.confdelsetcols')} END`, 'NULL::pg_catalog.text[]')} AS on_delete_columns,
      con.condeferrable, con.condeferred, con.convalidated AS valid, ${since(coverage, 18, 'con.conenforced', 'true')} AS enforced
    ${from(coverage, 'f')}`,
  map: (row) =>
    omitDefaults<ForeignKey>({
      schema: row.schema,
      table: row.table,
      name: row.name,
      columns: row.columns,
      references: {
        schema: row.referenced_schema,
        table: row.referenced_table,
        columns: row.referenced_columns,
      },
      period: row.period,
      match: MATCHES[row.match],
      onUpdate: ACTIONS[row.on_update],
      onDelete: ACTIONS[row.on_delete],
      onDeleteColumns: row.on_delete_columns,
      deferrable: deferrable(row.condeferrable, row.condeferred),
      notValid: row.enforced && !row.valid,
      notEnforced: !row.enforced,
      comment: row.comment,
    }),
};

interface CheckRow extends CommonRow {
  readonly expression: string;
  readonly no_inherit: boolean;
  readonly valid: boolean;
  readonly enforced: boolean;
}

/**
 * A constraint that exists only because a parent has it is reported with the parent. A dump does not keep
 * a comment on it.
 */
export const check: Reader<Check, CheckRow> = {
  sql: (coverage) => `
    SELECT ${common}, pg_catalog.pg_get_expr(con.conbin, con.conrelid) AS expression, con.connoinherit AS no_inherit,
      con.convalidated AS valid, ${since(coverage, 18, 'con.conenforced', 'true')} AS enforced
    ${from(coverage, 'c')} AND (con.conislocal OR con.coninhcount = 0)`,
  map: ({ no_inherit: noInherit, valid, enforced, ...row }) =>
    omitDefaults<Check>({ ...row, noInherit, notValid: enforced && !valid, notEnforced: !enforced }),
};

interface ExclusionRow extends CommonRow {
  readonly method: string;
  readonly keys: readonly KeyRow[];
  readonly include: readonly string[] | null;
  readonly predicate: string | null;
  readonly condeferrable: boolean;
  readonly condeferred: boolean;
  readonly options: readonly string[] | null;
  readonly tablespace: string | null;
  readonly clustered: boolean;
  readonly index_comment: string | null;
}

const EXCLUSION = `JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.contype = 'x'`;

const operator = `(SELECT CASE WHEN pg_catalog.pg_operator_is_visible(op.oid) THEN op.oprname::pg_catalog.text
    ELSE pg_catalog.format('OPERATOR(%I.%s)', opn.nspname, op.oprname) END
  FROM pg_catalog.pg_operator op JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace WHERE op.oid = con.conexclop[k.n])`;

export const exclusionConstraint: Reader<ExclusionConstraint, ExclusionRow> = {
  sql: (coverage) => `
    SELECT ${common}, (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = ic.relam) AS method,
      k.keys, ${includedColumns} AS include,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate, con.condeferrable, con.condeferred,
      ic.reloptions AS options, (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts WHERE ts.oid = ic.reltablespace) AS tablespace,
      i.indisclustered AS clustered, ${comment('pg_class', 'ic.oid')} AS index_comment
    ${from(coverage, 'x')}`,
  map: (row) =>
    omitDefaults<ExclusionConstraint>({
      schema: row.schema,
      table: row.table,
      name: row.name,
      method: row.method === 'btree' ? undefined : row.method,
      elements: row.keys.map((key) => ({
        ...indexKey(key),
        operator: (typeof key === 'string' ? undefined : key.operator) ?? '',
      })),
      include: row.include,
      predicate: row.predicate,
      deferrable: deferrable(row.condeferrable, row.condeferred),
      options: sorted(row.options),
      tablespace: row.tablespace,
      clustered: row.clustered,
      indexComment: row.index_comment,
      comment: row.comment,
    }),
};
