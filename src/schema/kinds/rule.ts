import type { Commented, KindDefinition } from '../definition.js';
import { COMMENTED, RELATIONS } from '../definition.js';
import type { Firing } from './trigger.js';

/** PostgreSQL manual, chapter 41. The rule that implements a view is left out. */
export interface Rule extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly event: 'select' | 'update' | 'insert' | 'delete';
  /** The text after the table in CREATE RULE: condition and action. */
  readonly definition: string;
  readonly firing?: Firing;
}

export const rule: KindDefinition<Rule, 'schema' | 'table' | 'name'> = {
  noun: 'rule',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_rewrite'],
  expressions: { definition: 'whole' },
  parents: RELATIONS,
  facts: { event: 'behaviour', definition: 'behaviour', firing: 'behaviour', ...COMMENTED },
  added: 'behaviour',
  removed: 'behaviour',
};
