import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/** A function or procedure. PostgreSQL manual, CREATE FUNCTION. */
export interface Routine extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  /** The types of its input arguments, which identify it: `numeric, numeric`. */
  readonly arguments: string;
  /** All arguments with their modes, names and defaults, where that says more than the types. */
  readonly parameters?: string;
  /** Absent for a procedure. */
  readonly returns?: string;
  readonly language: string;
  /** Absent where it is volatile. */
  readonly volatility?: 'immutable' | 'stable';
  readonly window?: true;
  readonly strict?: true;
  readonly securityDefiner?: true;
  readonly leakproof?: true;
  readonly parallel?: 'safe' | 'restricted';
  readonly cost?: number;
  readonly rows?: number;
  readonly support?: string;
  /** The types whose transforms it asks for. */
  readonly transforms?: readonly string[];
  /** `name=value` of its SET clauses, sorted. */
  readonly settings?: readonly string[];
  /** The shared library of a function in C. */
  readonly library?: string;
  /** The body as a string; of a function in C or an internal one, the name of the symbol. */
  readonly body?: string;
  /** The body in standard SQL. */
  readonly sqlBody?: string;
}

const facts: KindDefinition<Routine, 'schema' | 'name' | 'arguments'>['facts'] = {
  parameters: 'breaking',
  returns: 'breaking',
  language: 'behaviour',
  volatility: 'behaviour',
  window: 'breaking',
  strict: 'behaviour',
  securityDefiner: 'privileges',
  leakproof: 'privileges',
  parallel: 'physical',
  cost: 'physical',
  rows: 'physical',
  support: 'physical',
  transforms: 'behaviour',
  settings: 'behaviour',
  library: 'behaviour',
  body: 'behaviour',
  sqlBody: 'behaviour',
  ...COMMON,
};

export const functionDefinition: KindDefinition<Routine, 'schema' | 'name' | 'arguments'> = {
  noun: 'function',
  identity: ['schema', 'name', 'arguments'],
  facts,
  added: 'additive',
  removed: 'breaking',
};

export const procedure: KindDefinition<Routine, 'schema' | 'name' | 'arguments'> = {
  ...functionDefinition,
  noun: 'procedure',
};

/** What a final function may do to the state. */
export type FinalModify = 'read_only' | 'shareable' | 'read_write';

/** PostgreSQL manual, CREATE AGGREGATE. */
export interface Aggregate extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  /** Its arguments as CREATE AGGREGATE takes them; an ordered-set aggregate's with ORDER BY. */
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
