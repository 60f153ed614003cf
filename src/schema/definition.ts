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

/** The class of a changed fact: always the same, or told from its two values (`undefined`: PostgreSQL's default). */
export type FactClass<V> =
  | ChangeClass
  | { bivarianceHack(before: V | undefined, after: V | undefined): ChangeClass }['bivarianceHack'];

/**
 * What the program must know about a kind of object beside its type: its name in words, which of its fields
 * identify it, and what a change of each other field means.
 */
export interface KindDefinition<O, I extends keyof O & string = keyof O & string> {
  /** The kind in words, singular: `materialized view`. */
  readonly noun: string;
  /** Names of the fields that identify an object, the parent's first. All are strings. */
  readonly identity: readonly I[];
  /** The class of each other field. The compiler asks for every one. */
  readonly facts: { readonly [F in Exclude<keyof O & string, I>]-?: FactClass<NonNullable<O[F]>> };
  /** The class of an object that appears or goes. */
  readonly added: ChangeClass | ((object: O) => ChangeClass);
  readonly removed: ChangeClass | ((object: O) => ChangeClass);
  /** Whether an object's place among its siblings is a fact (a table's columns). */
  readonly ordered?: (object: O) => boolean;
  /** A fact with which an object repeats another: what it has of its own comes and goes with it without a word. */
  readonly repeating?: Exclude<keyof O & string, I>;
  /** The kinds of objects that one stands in: with its parent, it comes and goes without a word. */
  readonly parents?: readonly string[];
}

/** What columns, indexes, triggers and the like stand in. */
export const RELATIONS = ['table', 'foreignTable', 'view', 'materializedView', 'compositeType'] as const;

/** A privilege that somebody holds beyond what PostgreSQL grants by default. PostgreSQL manual, 5.8. */
export interface Grant {
  /** A role's name, or `public` (which no role can be called) for everybody. */
  readonly to: string;
  /** In lower case, sorted: `insert`, `select`. */
  readonly privileges: readonly string[];
  /** True where the role may grant them on. */
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
  /** Absent where it is the owner of most objects. */
  readonly owner?: string;
}

export const COMMENTED = { comment: 'comments' } as const;
export const GRANTED = { grants: 'privileges', revokes: 'privileges' } as const;
const OWNED = { owner: 'privileges' } as const;
export const COMMON = { ...COMMENTED, ...GRANTED, ...OWNED } as const;

/** A fact whose being set takes something from the users, and whose going gives it back. */
export const isConstraintTightened: FactClass<unknown> = (before, after) =>
  before === undefined ? 'breaking' : after === undefined ? 'additive' : 'breaking';
