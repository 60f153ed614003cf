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

/** A sequence of its own, or of a `serial` column; those of identity columns belong to the column. */
export interface Sequence extends SequenceOptions, Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly dataType: string;
  readonly unlogged?: true;
  /** The column with which it goes. */
  readonly ownedBy?: { readonly schema: string; readonly table: string; readonly column: string };
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
    ...COMMON,
  },
  added: 'additive',
  removed: 'breaking',
};
