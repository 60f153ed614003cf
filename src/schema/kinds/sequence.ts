import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/**
 * The options of a sequence, also of one behind an identity column; absent where they are what PostgreSQL
 * chooses for the data type and direction. Numbers are strings: they may have 64 bits.
 */
export interface SequenceOptions {
  readonly start?: string;
  readonly increment?: string;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly cache?: string;
  readonly cycle?: true;
}

/**
 * A sequence of its own, or of a `serial` column. That of an identity column is told with the column, and is here
 * only where somebody was granted something on it, or it has a comment.
 */
export interface Sequence extends SequenceOptions, Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly dataType: string;
  readonly unlogged?: true;
  /** The column with which it goes. */
  readonly ownedBy?: SequenceColumn;
  /** The identity column that it is behind. Its options are there. */
  readonly identityOf?: SequenceColumn;
}

export interface SequenceColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

export const sequence: KindDefinition<Sequence, 'schema' | 'name'> = {
  noun: 'sequence',
  identity: ['schema', 'name'],
  facts: {
    dataType: 'breaking',
    start: 'behaviour',
    increment: 'behaviour',
    minimum: 'behaviour',
    maximum: 'behaviour',
    cache: 'physical',
    cycle: 'behaviour',
    unlogged: 'physical',
    ownedBy: 'behaviour',
    identityOf: 'behaviour',
    ...COMMON,
  },
  added: ({ identityOf }) => (identityOf ? 'privileges' : 'additive'),
  removed: ({ identityOf }) => (identityOf ? 'privileges' : 'breaking'),
};
