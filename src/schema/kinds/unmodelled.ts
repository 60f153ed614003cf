import type { ChangeClass, KindDefinition } from '../definition.js';

/** An object of a kind that is not modelled: named, and known to change by a hash of its definition. */
export interface Uncovered {
  /** The kind in PostgreSQL's words: `operator class`. */
  readonly type: string;
  /** As pg_identify_object() has it. */
  readonly identity: string;
  readonly hash: string;
}

/** What is named apart is no object, but something about one. */
const CLASSES: Readonly<Record<string, ChangeClass>> = {
  privileges: 'privileges',
  comment: 'comments',
  'dependency on an extension': 'behaviour',
};

export const uncovered: KindDefinition<Uncovered, 'type' | 'identity'> = {
  noun: 'object',
  identity: ['type', 'identity'],
  facts: { hash: 'behaviour' },
  added: ({ type }) => CLASSES[type] ?? 'additive',
  removed: ({ type }) => CLASSES[type] ?? 'breaking',
};
