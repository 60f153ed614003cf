import type { Aggregate, FinalModify } from '../../schema/kinds/aggregate.js';
import { NONE, comment, function_, operator, owner, privileges } from '../fragments.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type Reader } from '../reader.js';
import { PARALLELS, routines } from './routine.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly arguments: string;
  readonly kind: string;
  readonly state_function: string;
  readonly state_type: string;
  readonly state_space: number;
  readonly final_function: string | null;
  readonly final_extra: boolean;
  readonly final_modify: string;
  readonly combine_function: string | null;
  readonly serial_function: string | null;
  readonly deserial_function: string | null;
  readonly initial_condition: string | null;
  readonly moving_state_function: string | null;
  readonly moving_inverse_function: string | null;
  readonly moving_state_type: string | null;
  readonly moving_state_space: number;
  readonly moving_final_function: string | null;
  readonly moving_final_extra: boolean;
  readonly moving_final_modify: string;
  readonly moving_initial_condition: string | null;
  readonly sort_operator: string | null;
  readonly parallel: string;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

const MODIFIES: Readonly<Record<string, FinalModify>> = { r: 'read_only', s: 'shareable', w: 'read_write' };

/** What a final function may do to the state by default: nothing, but for ordered-set aggregates. */
const modify = (letter: string, kind: string) => {
  const usual = kind === 'n' ? 'r' : 'w';
  return letter === usual ? undefined : MODIFIES[letter];
};

export const aggregate: Reader<Aggregate, Row> = {
  sql: (coverage) => `
    SELECT q.*, ${function_('a.aggtransfn')} AS state_function, pg_catalog.format_type(a.aggtranstype, NULL) AS state_type,
      a.aggtransspace AS state_space, ${function_('a.aggfinalfn')} AS final_function, a.aggfinalextra AS final_extra,
      a.aggfinalmodify AS final_modify, ${function_('a.aggcombinefn')} AS combine_function,
      ${function_('a.aggserialfn')} AS serial_function, ${function_('a.aggdeserialfn')} AS deserial_function,
      a.agginitval AS initial_condition, ${function_('a.aggmtransfn')} AS moving_state_function,
      ${function_('a.aggminvtransfn')} AS moving_inverse_function,
      CASE WHEN a.aggmtranstype <> ${NONE} THEN pg_catalog.format_type(a.aggmtranstype, NULL) END AS moving_state_type,
      a.aggmtransspace AS moving_state_space, ${function_('a.aggmfinalfn')} AS moving_final_function,
      a.aggmfinalextra AS moving_final_extra, a.aggmfinalmodify AS moving_final_modify,
      a.aggminitval AS moving_initial_condition, ${operator('a.aggsortop')} AS sort_operator, a.aggkind AS kind
    FROM (SELECT p.oid, n.nspname AS schema, p.proname AS name, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
        p.proparallel AS parallel, ${owner('p.proowner')} AS owner, ${privileges('p.proacl', 'f', 'p.proowner')} AS acl,
        ${comment('pg_proc', 'p.oid')} AS comment
      ${routines(coverage, `'a'`)}) q
      JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = q.oid`,
  map: (row) =>
    omitDefaults<Aggregate>({
      schema: row.schema,
      name: row.name,
      arguments: row.arguments,
      stateFunction: row.state_function,
      stateType: row.state_type,
      stateSpace: row.state_space === 0 ? null : row.state_space,
      finalFunction: row.final_function,
      finalExtra: row.final_extra,
      finalModify: modify(row.final_modify, row.kind),
      combineFunction: row.combine_function,
      serialFunction: row.serial_function,
      deserialFunction: row.deserial_function,
      initialCondition: row.initial_condition,
      movingStateFunction: row.moving_state_function,
      movingInverseFunction: row.moving_inverse_function,
      movingStateType: row.moving_state_type,
      movingStateSpace: row.moving_state_space === 0 ? null : row.moving_state_space,
      movingFinalFunction: row.moving_final_function,
      movingFinalExtra: row.moving_final_extra,
      movingFinalModify: row.moving_state_type === null ? null : modify(row.moving_final_modify, row.kind),
      movingInitialCondition: row.moving_initial_condition,
      sortOperator: row.sort_operator,
      hypothetical: row.kind === 'h',
      parallel: PARALLELS[row.parallel],
      owner: row.owner,
      ...privilegesOf(row.acl),
      comment: row.comment,
    }),
};
