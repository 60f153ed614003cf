import type { Commented, KindDefinition, Owned } from '../definition.js';
import { COMMENTED, RELATIONS } from '../definition.js';
import type { Deferrable } from './index-definition.js';
import type { QualifiedName } from './table.js';

/** When a trigger or rule fires. Absent for the default: in sessions with `session_replication_role` origin or local. */
export type Firing = 'disabled' | 'replica' | 'always';

/** PostgreSQL manual, CREATE TRIGGER. */
export interface Trigger extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  /** In the order insert, update, delete, truncate. */
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  /** The columns of `UPDATE OF`. */
  readonly updateOf?: readonly string[];
  /** True for a constraint trigger. */
  readonly constraint?: true;
  readonly deferrable?: Deferrable;
  /** The table in the clause FROM of a constraint trigger. */
  readonly from?: QualifiedName;
  readonly oldTable?: string;
  readonly newTable?: string;
  readonly level: 'row' | 'statement';
  readonly when?: string;
  readonly function: QualifiedName;
  readonly arguments?: readonly string[];
  readonly firing?: Firing;
}

export const trigger: KindDefinition<Trigger, 'schema' | 'table' | 'name'> = {
  noun: 'trigger',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_trigger'],
  expressions: { when: 'whole' },
  parents: RELATIONS,
  facts: {
    timing: 'behaviour',
    events: 'behaviour',
    updateOf: 'behaviour',
    constraint: 'behaviour',
    deferrable: 'behaviour',
    from: 'behaviour',
    oldTable: 'behaviour',
    newTable: 'behaviour',
    level: 'behaviour',
    when: 'behaviour',
    function: 'behaviour',
    arguments: 'behaviour',
    firing: 'behaviour',
    ...COMMENTED,
  },
  added: 'behaviour',
  removed: 'behaviour',
};

/** PostgreSQL manual, chapter 40. */
export interface EventTrigger extends Commented, Owned {
  readonly name: string;
  readonly event: string;
  readonly tags?: readonly string[];
  readonly function: QualifiedName;
  readonly firing?: Firing;
}

export const eventTrigger: KindDefinition<EventTrigger, 'name'> = {
  noun: 'event trigger',
  identity: ['name'],
  catalogs: ['pg_event_trigger'],
  facts: {
    event: 'behaviour',
    tags: 'behaviour',
    function: 'behaviour',
    firing: 'behaviour',
    comment: 'comments',
    owner: 'privileges',
  },
  added: 'behaviour',
  removed: 'behaviour',
};
