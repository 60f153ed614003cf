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
 * The system catalogs that contain objects of the modelled kinds, or parts of them. For a new one, the compiler asks in
 * `live/fingerprint.ts` how a live check notices changes of it.
 */
export type Catalog =
  | 'pg_aggregate'
  | 'pg_am'
  | 'pg_amop'
  | 'pg_amproc'
  | 'pg_attrdef'
  | 'pg_attribute'
  | 'pg_cast'
  | 'pg_class'
  | 'pg_collation'
  | 'pg_constraint'
  | 'pg_conversion'
  | 'pg_default_acl'
  | 'pg_enum'
  | 'pg_event_trigger'
  | 'pg_extension'
  | 'pg_foreign_data_wrapper'
  | 'pg_foreign_server'
  | 'pg_foreign_table'
  | 'pg_index'
  | 'pg_inherits'
  | 'pg_language'
  | 'pg_namespace'
  | 'pg_opclass'
  | 'pg_operator'
  | 'pg_opfamily'
  | 'pg_partitioned_table'
  | 'pg_policy'
  | 'pg_proc'
  | 'pg_publication'
  | 'pg_publication_namespace'
  | 'pg_publication_rel'
  | 'pg_range'
  | 'pg_rewrite'
  | 'pg_sequence'
  | 'pg_statistic_ext'
  | 'pg_subscription'
  | 'pg_transform'
  | 'pg_trigger'
  | 'pg_ts_config'
  | 'pg_ts_config_map'
  | 'pg_ts_dict'
  | 'pg_ts_parser'
  | 'pg_ts_template'
  | 'pg_type'
  | 'pg_user_mapping';

/**
 * Where an expression is in the value of a property: the `whole` value, or a field of the value, which is an object or
 * a list of objects.
 */
type ExpressionIn<V> = 'whole' | (V extends readonly (infer E)[] ? FieldOf<E> : FieldOf<V>);
type FieldOf<V> = V extends object ? keyof V & string : never;

/**
 * Describes a kind of object: its name in English, the fields that identify an object, what a change of each other field
 * means, and everything that the generic code needs to know of the kind.
 */
export interface KindDefinition<O, I extends keyof O & string = keyof O & string> {
  /** The kind in English, singular: `materialized view`. */
  readonly noun: string;
  /** Names of the fields that identify an object, the parent's first. All are strings. */
  readonly identity: readonly I[];
  /** The system catalogs that contain these objects and their parts. */
  readonly catalogs: readonly Catalog[];
  /**
   * The properties with expressions that PostgreSQL prints from their parsed form. Another version, or a database that
   * was restored from a dump, may print them differently.
   */
  readonly expressions?: {
    readonly [F in Exclude<keyof O & string, I>]?: ExpressionIn<NonNullable<O[F]>>;
  };
  /**
   * The class of a rename. Only for kinds that are defined completely by their properties and position: two objects with
   * equal properties differ only in their names. Without it, a renamed object is reported as a removed and an added one.
   */
  readonly renamed?: ChangeClass;
  /**
   * Set if expressions can refer to such an object, so that it must be re-created before an expression. Of some kinds, a
   * schema may contain thousands of objects: these are re-created only if the expression or another object mentions them.
   */
  readonly recreated?: 'always' | 'if mentioned';
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
  readonly inheritedFrom?: Exclude<keyof O & string, I>;
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
  /** A role's name, `public` for all roles (a role cannot have this name), or empty for the owner of most objects. */
  readonly to: string;
  /** In lower case, sorted: `insert`, `select`. */
  readonly privileges: readonly string[];
  /** Whether the role may grant the privileges to others. */
  readonly grantable?: true;
  /** The role that granted them, if it is not the owner. */
  readonly by?: string;
}

/**
 * Privileges that were taken away: those that PostgreSQL grants by default, or, on an object that the migrations did not
 * create, those that a role had before the migrations.
 */
export interface Revocation {
  readonly from: 'public' | 'owner' | 'role';
  /** The name of the role. Only with `from: 'role'`. */
  readonly role?: string;
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
