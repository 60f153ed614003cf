import type { Routine } from '../../schema/kinds/routine.js';
import {
  comment,
  covered,
  function_,
  notOfExtension,
  owner,
  privileges,
  subscripts,
  typeNames,
} from '../fragments.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type ReadScope, type Reader } from '../reader.js';
import { sorted } from './table.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly arguments: string;
  readonly parameters: string;
  readonly returns: string | null;
  readonly language: string;
  readonly volatility: string;
  readonly kind: string;
  readonly strict: boolean;
  readonly security_definer: boolean;
  readonly leakproof: boolean;
  readonly parallel: string;
  readonly cost: number;
  readonly rows: number;
  readonly support: string | null;
  readonly transforms: readonly string[];
  readonly settings: readonly string[] | null;
  readonly library: string | null;
  readonly body: string;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
  readonly deparsed: string | null;
}

const VOLATILITIES: Readonly<Record<string, 'immutable' | 'stable'>> = { i: 'immutable', s: 'stable' };
/** `proparallel`, also for aggregates. */
export const PARALLELS: Readonly<Record<string, 'safe' | 'restricted'>> = { s: 'safe', r: 'restricted' };

/** Routines of some kinds (`prokind`), except those that PostgreSQL creates with a range type. */
export const routines = (coverage: ReadScope, kinds: string) => `
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  WHERE p.prokind IN (${kinds}) AND ${covered(coverage, 'p.pronamespace')} AND ${notOfExtension('pg_proc', 'p.oid')}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      AND i.objid = p.oid AND i.deptype = 'i')`;

const routine = (kinds: string): Reader<Routine, Row> => ({
  sql: (coverage) => `
    SELECT p.oid, n.nspname AS schema, p.proname AS name,
      coalesce((SELECT pg_catalog.string_agg(pg_catalog.format_type(p.proargtypes[k.at], NULL), ', ' ORDER BY k.at)
        FROM ${subscripts('p.proargtypes')}), '') AS arguments,
      pg_catalog.pg_get_function_arguments(p.oid) AS parameters, pg_catalog.pg_get_function_result(p.oid) AS returns,
      l.lanname AS language, p.provolatile AS volatility, p.prokind AS kind, p.proisstrict AS strict,
      p.prosecdef AS security_definer, p.proleakproof AS leakproof, p.proparallel AS parallel,
      p.procost::pg_catalog.float8 AS cost, p.prorows::pg_catalog.float8 AS rows, ${function_('p.prosupport')} AS support,
      ${typeNames('p.protrftypes')} AS transforms, p.proconfig AS settings, p.probin AS library, p.prosrc AS body,
      ${owner('p.proowner')} AS owner, ${privileges('p.proacl', 'f', 'p.proowner')} AS acl, ${comment('pg_proc', 'p.oid')} AS comment
    ${routines(coverage, kinds)}`,
  deparsed: 'pg_catalog.pg_get_function_sqlbody(k.oid)',
  map: (row) =>
    omitDefaults<Routine>({
      schema: row.schema,
      name: row.name,
      arguments: row.arguments,
      parameters: row.parameters === row.arguments ? null : row.parameters,
      returns: row.returns,
      language: row.language,
      volatility: VOLATILITIES[row.volatility],
      window: row.kind === 'w',
      strict: row.strict,
      securityDefiner: row.security_definer,
      leakproof: row.leakproof,
      parallel: PARALLELS[row.parallel],
      cost: row.cost === defaultCost(row.language) ? null : row.cost,
      rows: row.rows === 0 || row.rows === DEFAULT_ROWS ? null : row.rows,
      support: row.support,
      transforms: row.transforms,
      settings: sorted(row.settings),
      library: row.library,
      // Line endings are not facts: they depend on the checkout from which the migration was read.
      body: row.deparsed === null ? row.body.replaceAll('\r\n', '\n') : null,
      sqlBody: row.deparsed?.replaceAll('\r\n', '\n'),
      owner: row.owner,
      ...privilegesOf(row.acl),
      comment: row.comment,
    }),
});

const DEFAULT_ROWS = 1000;
const defaultCost = (language: string) => (language === 'c' || language === 'internal' ? 1 : 100);

export const functionDefinition = routine(`'f', 'w'`);
export const procedure = routine(`'p'`);
