import type { Cast, Operator } from '../../schema/kinds/operators.js';
import {
  FIRST_NORMAL_OID,
  NONE,
  comment,
  covered,
  function_,
  notOfExtension,
  operator as operatorName,
  owner,
} from '../fragments.js';
import { omitDefaults, type Reader } from '../reader.js';

interface OperatorRow {
  readonly schema: string;
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly function: string;
  readonly commutator: string | null;
  readonly negator: string | null;
  readonly restrict: string | null;
  readonly join: string | null;
  readonly hashes: boolean;
  readonly merges: boolean;
  readonly owner: string;
  readonly comment: string | null;
}

/** One that only another's definition speaks of, and that does not exist yet, has no function. */
export const operator: Reader<Operator, OperatorRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, o.oprname AS name,
      CASE WHEN o.oprleft = ${NONE} THEN '' ELSE pg_catalog.format_type(o.oprleft, NULL) END AS left,
      pg_catalog.format_type(o.oprright, NULL) AS right, ${function_('o.oprcode')} AS function,
      ${operatorName('o.oprcom')} AS commutator, ${operatorName('o.oprnegate')} AS negator,
      ${function_('o.oprrest')} AS restrict, ${function_('o.oprjoin')} AS join, o.oprcanhash AS hashes, o.oprcanmerge AS merges,
      ${owner('o.oprowner')} AS owner, ${comment('pg_operator', 'o.oid')} AS comment
    FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
    WHERE o.oprcode::pg_catalog.oid <> ${NONE} AND ${covered(coverage, 'o.oprnamespace')} AND ${notOfExtension('pg_operator', 'o.oid')}`,
  map: (row) => omitDefaults<Operator>(row),
};

interface CastRow {
  readonly source: string;
  readonly target: string;
  readonly function: string | null;
  readonly method: string;
  readonly context: string;
  readonly comment: string | null;
}

const METHODS: Readonly<Record<string, Cast['method']>> = { i: 'inout', b: 'binary' };
const CONTEXTS: Readonly<Record<string, Cast['context']>> = { a: 'assignment', i: 'implicit' };

/** Casts are in no schema: those that are about types of other schemas than the covered ones are not ours. */
export const cast: Reader<Cast, CastRow> = {
  sql: (coverage) => `
    SELECT pg_catalog.format_type(c.castsource, NULL) AS source, pg_catalog.format_type(c.casttarget, NULL) AS target,
      CASE WHEN c.castfunc <> ${NONE} THEN c.castfunc::pg_catalog.regprocedure END AS function,
      c.castmethod AS method, c.castcontext AS context, ${comment('pg_cast', 'c.oid')} AS comment
    FROM pg_catalog.pg_cast c
    WHERE c.oid >= ${FIRST_NORMAL_OID} AND ${notOfExtension('pg_cast', 'c.oid')}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid IN (c.castsource, c.casttarget)
        AND t.typnamespace >= ${FIRST_NORMAL_OID} AND NOT ${covered(coverage, 't.typnamespace')}
        AND ${notOfExtension('pg_type', 't.oid')})
      -- PostgreSQL makes the cast from a range to its multirange.
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
        AND d.objid = c.oid AND d.deptype = 'i')`,
  map: ({ method, context, ...row }) =>
    omitDefaults<Cast>({ ...row, method: METHODS[method], context: CONTEXTS[context] }),
};
