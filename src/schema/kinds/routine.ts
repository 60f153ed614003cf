import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/** A function or procedure. PostgreSQL manual, CREATE FUNCTION. */
export interface Routine extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  /** The types of the input arguments, which identify the routine: `numeric, numeric`. */
  readonly arguments: string;
  /** All arguments with their modes, names and defaults. Absent if it equals the types. */
  readonly parameters?: string;
  /** Absent for a procedure. */
  readonly returns?: string;
  readonly language: string;
  /** Absent for a volatile function. */
  readonly volatility?: 'immutable' | 'stable';
  readonly window?: true;
  readonly strict?: true;
  readonly securityDefiner?: true;
  readonly leakproof?: true;
  readonly parallel?: 'safe' | 'restricted';
  readonly cost?: number;
  readonly rows?: number;
  readonly support?: string;
  /** The types of `TRANSFORM FOR TYPE`. */
  readonly transforms?: readonly string[];
  /** The SET clauses, as `name=value`, sorted. */
  readonly settings?: readonly string[];
  /** The shared library of a C function. */
  readonly library?: string;
  /** The body as a string. For a C function or an internal function, the name of the symbol. */
  readonly body?: string;
  /** The body in standard SQL: `BEGIN ATOMIC …` or `RETURN …`. */
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
