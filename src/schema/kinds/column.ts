import type { ChangeClass, Commented, Granted, KindDefinition } from '../definition.js';
import { COMMENTED, GRANTED, isConstraintTightened, RELATIONS } from '../definition.js';
import type { SequenceOptions } from './sequence.js';

/** PostgreSQL manual, 5.3. */
export interface Identity extends SequenceOptions {
  readonly generated: 'always' | 'by default';
  /** Absent if it is the name that PostgreSQL derives from the name of the column. */
  readonly sequence?: string;
  readonly unlogged?: true;
}

/** A column of a table, foreign table, view or materialized view, or an attribute of a composite type. */
export interface Column extends Commented, Granted {
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
  /** The complete type, except the length of plain character and bit strings. Absent for a column of a view. */
  readonly type?: string;
  /** `character_maximum_length` of a plain character or bit string type. */
  readonly maxLength?: number;
  /** `not valid`: declared, but not checked for the existing rows. */
  readonly notNull?: true | 'not valid' | 'no inherit';
  readonly default?: string;
  readonly identity?: Identity;
  readonly generated?: { readonly kind: 'stored' | 'virtual'; readonly expression: string };
  readonly collation?: string;
  readonly storage?: string;
  readonly compression?: string;
  /** The statistics target of ANALYZE. */
  readonly statistics?: number;
  /** `n_distinct` and similar options as `name=value`, sorted. */
  readonly options?: readonly string[];
  /** Only for a column of a foreign table. */
  readonly foreignOptions?: readonly string[];
  /** True if the table has the column only because a parent table has it. */
  readonly inherited?: true;
}

/** The class of a column without a type. The query of a view or the parent of a partition defines that it exists. */
function classifyHeaderChange({
  type,
  default: value,
  grants,
  revokes,
  comment,
  ...others
}: Column): ChangeClass | undefined {
  if (type !== undefined) return undefined;
  if (value !== undefined) return 'behaviour';
  if (grants ?? revokes) return 'privileges';
  const { schema: _schema, relation: _relation, name: _name, ...facts } = others;
  return comment !== undefined && Object.keys(facts).length === 0 ? 'comments' : 'physical';
}

export const column: KindDefinition<Column, 'schema' | 'relation' | 'name'> = {
  noun: 'column',
  identity: ['schema', 'relation', 'name'],
  catalogs: ['pg_attribute', 'pg_attrdef'],
  expressions: { default: 'whole', generated: 'expression' },
  renamed: 'breaking',
  parents: RELATIONS,
  facts: {
    type: 'breaking',
    maxLength: 'breaking',
    notNull: isConstraintTightened,
    default: 'behaviour',
    identity: 'behaviour',
    generated: 'behaviour',
    collation: 'behaviour',
    storage: 'physical',
    compression: 'physical',
    statistics: 'physical',
    options: 'physical',
    foreignOptions: 'behaviour',
    inherited: 'behaviour',
    ...COMMENTED,
    ...GRANTED,
  },
  added: (object) => classifyHeaderChange(object) ?? 'additive',
  removed: (object) => classifyHeaderChange(object) ?? 'breaking',
  // The query of a view defines the names and the order of its columns.
  ordered: ({ type }) => type !== undefined,
};
