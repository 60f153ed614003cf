import type { QualifiedName } from '../../schema/kinds/table.js';
import type { Statistics } from '../../schema/kinds/statistics.js';
import {
  columnNames,
  comment,
  covered,
  notOfExtension,
  owner,
  qualifiedName,
  subscripts,
} from '../fragments.js';
import { omitDefaults, type Reader } from '../reader.js';
import { sorted } from './table.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly of: QualifiedName;
  readonly kinds: readonly string[];
  readonly columns: readonly string[];
  readonly expressions: readonly string[] | null;
  readonly target: number | null;
  readonly owner: string;
  readonly comment: string | null;
}

/** `stxkind`, in the order of the manual; expressions have their own kind, which CREATE STATISTICS does not name. */
const STATISTICS_KINDS = [
  ['d', 'ndistinct'],
  ['f', 'dependencies'],
  ['m', 'mcv'],
] as const;

export const statistics: Reader<Statistics, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, s.stxname AS name, ${qualifiedName('cn.nspname', 'c.relname')} AS of,
      ARRAY(SELECT s.stxkind[k.at]::pg_catalog.text FROM ${subscripts('s.stxkind')}) AS kinds, ${columnNames('s.stxrelid', 's.stxkeys')} AS columns,
      pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) AS expressions, nullif(s.stxstattarget, -1) AS target,
      ${owner('s.stxowner')} AS owner, ${comment('pg_statistic_ext', 's.oid')} AS comment
    FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
      JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
    WHERE ${covered(coverage, 's.stxnamespace')} AND ${notOfExtension('pg_class', 'c.oid')} AND ${notOfExtension('pg_statistic_ext', 's.oid')}`,
  map: ({ kinds, columns, expressions, ...row }) => {
    const chosen = STATISTICS_KINDS.filter(([letter]) => kinds.includes(letter)).map(([, kind]) => kind);
    return omitDefaults<Statistics>({
      ...row,
      kinds: chosen.length === STATISTICS_KINDS.length ? null : chosen,
      columns: sorted(columns),
      expressions,
    });
  },
};
