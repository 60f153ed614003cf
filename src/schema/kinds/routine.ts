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
  catalogs: ['pg_proc'],
  expressions: { parameters: 'whole', sqlBody: 'whole' },
  recreated: 'if mentioned',
  facts,
  added: 'additive',
  removed: 'breaking',
};

export const procedure: KindDefinition<Routine, 'schema' | 'name' | 'arguments'> = {
  ...functionDefinition,
  noun: 'procedure',
};
