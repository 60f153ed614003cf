import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/**
 * The options of a sequence, also of one behind an identity column; absent if they equal PostgreSQL's defaults for
 * the data type and direction. Numbers are strings because they can have 64 bits.
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
 * A standalone sequence, or one of a `serial` column. The sequence of an identity column is reported with the column.
 * It is listed here only if it has privileges or a comment.
 */
export interface Sequence extends SequenceOptions, Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly dataType: string;
  readonly unlogged?: true;
  /** The column that owns the sequence. */
  readonly ownedBy?: SequenceColumn;
  /** The identity column that uses the sequence. The options are stored with that column. */
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
  catalogs: ['pg_class', 'pg_sequence'],
  recreated: 'if mentioned',
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
