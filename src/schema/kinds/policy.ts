import type { Commented, KindDefinition } from '../definition.js';
import { COMMENTED, RELATIONS } from '../definition.js';

/** PostgreSQL manual, 5.9. */
export interface Policy extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly restrictive?: true;
  /** Absent for all commands. */
  readonly command?: 'select' | 'insert' | 'update' | 'delete';
  /** Sorted; absent for all roles. An empty name is the owner of most objects. */
  readonly roles?: readonly string[];
  readonly using?: string;
  readonly withCheck?: string;
}

export const policy: KindDefinition<Policy, 'schema' | 'table' | 'name'> = {
  noun: 'policy',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_policy'],
  expressions: { using: 'whole', withCheck: 'whole' },
  parents: RELATIONS,
  facts: {
    restrictive: 'privileges',
    command: 'privileges',
    roles: 'privileges',
    using: 'privileges',
    withCheck: 'privileges',
    ...COMMENTED,
  },
  added: 'privileges',
  removed: 'privileges',
};
