import type { Commented, KindDefinition, Owned } from '../definition.js';
import { COMMENTED } from '../definition.js';

/** PostgreSQL manual, CREATE OPERATOR. */
export interface Operator extends Commented, Owned {
  readonly schema: string;
  readonly name: string;
  /** The type of the operand; empty for a prefix operator. */
  readonly left: string;
  readonly right: string;
  readonly function: string;
  readonly commutator?: string;
  readonly negator?: string;
  readonly restrict?: string;
  readonly join?: string;
  readonly hashes?: true;
  readonly merges?: true;
}

export const operator: KindDefinition<Operator, 'schema' | 'name' | 'left' | 'right'> = {
  noun: 'operator',
  identity: ['schema', 'name', 'left', 'right'],
  catalogs: ['pg_operator'],
  recreated: 'always',
  facts: {
    function: 'behaviour',
    commutator: 'physical',
    negator: 'physical',
    restrict: 'physical',
    join: 'physical',
    hashes: 'physical',
    merges: 'physical',
    comment: 'comments',
    owner: 'privileges',
  },
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, CREATE CAST. */
export interface Cast extends Commented {
  readonly source: string;
  readonly target: string;
  /** The function with its argument types; absent if the cast has a `method`. */
  readonly function?: string;
  readonly method?: 'inout' | 'binary';
  /** Absent if the cast must be explicit. */
  readonly context?: 'assignment' | 'implicit';
}

export const cast: KindDefinition<Cast, 'source' | 'target'> = {
  noun: 'cast',
  identity: ['source', 'target'],
  catalogs: ['pg_cast'],
  recreated: 'always',
  facts: { function: 'behaviour', method: 'behaviour', context: 'behaviour', ...COMMENTED },
  added: 'additive',
  removed: 'breaking',
};
