import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';

/**
 * What the migrations did to an object that they did not create, in a schema that the report does not cover: they dropped
 * it, or changed its owner, its privileges or its comment. An object without such facts has no object of this kind. The
 * facts of tables and views are `ExternalTable`s.
 */
export interface ExternalObject extends Commented, Granted, Owned {
  readonly schema: string;
  /** The noun of its kind: `function`. */
  readonly type: string;
  /** The relation or domain that it is in; empty if it is not in one. */
  readonly parent: string;
  /** Empty for a schema. */
  readonly name: string;
  /** The types that identify a routine or an operator, else empty. */
  readonly arguments: string;
  readonly dropped?: true;
}

export const externalObject: KindDefinition<
  ExternalObject,
  'schema' | 'type' | 'parent' | 'name' | 'arguments'
> = {
  noun: 'object',
  identity: ['schema', 'type', 'parent', 'name', 'arguments'],
  catalogs: [],
  facts: { dropped: 'behaviour', ...COMMON },
  added: 'privileges',
  removed: 'privileges',
};
