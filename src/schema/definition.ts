/** What a change can mean for the people and programs that use the schema. */
export const CHANGE_CLASSES = [
  'breaking',
  'additive',
  'behaviour',
  'order',
  'privileges',
  'comments',
  'physical',
] as const;

export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/**
 * The class of a changed fact: always the same, or derived from its two values (`undefined`: PostgreSQL's default).
 */
export type FactClass<V> =
  | ChangeClass
  | { bivarianceHack(before: V | undefined, after: V | undefined): ChangeClass }['bivarianceHack'];

/**
 * Describes a kind of object: its name in English, the fields that identify an object, and what a change of each
 * other field means.
 */
export interface KindDefinition<O, I extends keyof O & string = keyof O & string> {
  /** The kind in English, singular: `materialized view`. */
  readonly noun: string;
  /** Names of the fields that identify an object, the parent's first. All are strings. */
  readonly identity: readonly I[];
  /** The class of each other field. The compiler rejects a missing one. */
  readonly facts: { readonly [F in Exclude<keyof O & string, I>]-?: FactClass<NonNullable<O[F]>> };
  /** The class of an added or removed object. */
  readonly added: ChangeClass | ((object: O) => ChangeClass);
  readonly removed: ChangeClass | ((object: O) => ChangeClass);
  /** Whether an object's position among its siblings is a fact (a table's columns). */
  readonly ordered?: (object: O) => boolean;
  /**
   * A fact that marks an object as a copy of another one. The contents of such an object are added and removed with
   * it and are not reported separately.
   */
  readonly repeating?: Exclude<keyof O & string, I>;
  /**
   * The kinds of parents that an object can have. It is added and removed with its parent and is not reported
   * separately.
   */
  readonly parents?: readonly string[];
}

/** The kinds that contain columns, indexes, triggers and similar objects. */
export const RELATIONS = ['table', 'foreignTable', 'view', 'materializedView', 'compositeType'] as const;

/** A privilege that a role holds in addition to PostgreSQL's defaults. PostgreSQL manual, 5.8. */
export interface Grant {
  /** A role's name, or `public` for all roles (a role cannot have this name). */
  readonly to: string;
  /** In lower case, sorted: `insert`, `select`. */
  readonly privileges: readonly string[];
  /** Whether the role may grant the privileges to others. */
  readonly grantable?: true;
}

/** A privilege that PostgreSQL grants by default and that was taken away. */
export interface Revocation {
  readonly from: 'public' | 'owner';
  readonly privileges: readonly string[];
}

/** Facts that any object may have. */
export interface Commented {
  readonly comment?: string;
}
export interface Granted {
  readonly grants?: readonly Grant[];
  readonly revokes?: readonly Revocation[];
}
export interface Owned {
  /** Absent if it is the owner of most objects. */
  readonly owner?: string;
}

export const COMMENTED = { comment: 'comments' } as const;
export const GRANTED = { grants: 'privileges', revokes: 'privileges' } as const;
const OWNED = { owner: 'privileges' } as const;
export const COMMON = { ...COMMENTED, ...GRANTED, ...OWNED } as const;

/** A fact that restricts users when it is set and lifts the restriction when it is removed. */
export const isConstraintTightened: FactClass<unknown> = (before, after) =>
  before === undefined ? 'breaking' : after === undefined ? 'additive' : 'breaking';
