import type { ChangeClass, KindDefinition } from '../definition.js';

/**
 * An object of a kind that is not modelled. Only its name and a hash of its definition are kept, so that a change is
 * detected.
 */
export interface Uncovered {
  /** The kind as PostgreSQL names it: `operator class`. */
  readonly type: string;
  /** As pg_identify_object() returns it. */
  readonly identity: string;
  readonly hash: string;
}

/** A named entry that is not an object, but a property of one. */
const CLASSES: Readonly<Record<string, ChangeClass>> = {
  privileges: 'privileges',
  comment: 'comments',
  'dependency on an extension': 'behaviour',
};

export const uncovered: KindDefinition<Uncovered, 'type' | 'identity'> = {
  noun: 'object',
  identity: ['type', 'identity'],
  catalogs: [
    'pg_am',
    'pg_amop',
    'pg_amproc',
    'pg_conversion',
    'pg_language',
    'pg_opclass',
    'pg_opfamily',
    'pg_transform',
    'pg_ts_parser',
    'pg_ts_template',
    'pg_type',
  ],
  facts: { hash: 'behaviour' },
  added: ({ type }) => CLASSES[type] ?? 'additive',
  removed: ({ type }) => CLASSES[type] ?? 'breaking',
};
