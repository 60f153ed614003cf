import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/** What a final function may do to the state. */
export type FinalModify = 'read_only' | 'shareable' | 'read_write';

/** PostgreSQL manual, CREATE AGGREGATE. */
export interface Aggregate extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  /** The arguments as in CREATE AGGREGATE. Those of an ordered-set aggregate contain ORDER BY. */
  readonly arguments: string;
  readonly stateFunction: string;
  readonly stateType: string;
  readonly stateSpace?: number;
  readonly finalFunction?: string;
  readonly finalExtra?: true;
  readonly finalModify?: FinalModify;
  readonly combineFunction?: string;
  readonly serialFunction?: string;
  readonly deserialFunction?: string;
  readonly initialCondition?: string;
  readonly movingStateFunction?: string;
  readonly movingInverseFunction?: string;
  readonly movingStateType?: string;
  readonly movingStateSpace?: number;
  readonly movingFinalFunction?: string;
  readonly movingFinalExtra?: true;
  readonly movingFinalModify?: FinalModify;
  readonly movingInitialCondition?: string;
  readonly sortOperator?: string;
  readonly hypothetical?: true;
  readonly parallel?: 'safe' | 'restricted';
}

export const aggregate: KindDefinition<Aggregate, 'schema' | 'name' | 'arguments'> = {
  noun: 'aggregate',
  identity: ['schema', 'name', 'arguments'],
  catalogs: ['pg_proc', 'pg_aggregate'],
  recreated: 'if mentioned',
  facts: {
    stateFunction: 'behaviour',
    stateType: 'behaviour',
    stateSpace: 'physical',
    finalFunction: 'behaviour',
    finalExtra: 'behaviour',
    finalModify: 'behaviour',
    combineFunction: 'behaviour',
    serialFunction: 'behaviour',
    deserialFunction: 'behaviour',
    initialCondition: 'behaviour',
    movingStateFunction: 'behaviour',
    movingInverseFunction: 'behaviour',
    movingStateType: 'behaviour',
    movingStateSpace: 'physical',
    movingFinalFunction: 'behaviour',
    movingFinalExtra: 'behaviour',
    movingFinalModify: 'behaviour',
    movingInitialCondition: 'behaviour',
    sortOperator: 'physical',
    hypothetical: 'behaviour',
    parallel: 'physical',
    ...COMMON,
  },
  added: 'additive',
  removed: 'breaking',
};
