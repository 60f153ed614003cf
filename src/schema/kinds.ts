import type { ChangeClass, FactClass } from './definition.js';
import { column, type Column } from './kinds/column.js';
import {
  check,
  exclusionConstraint,
  foreignKey,
  type Check,
  type ExclusionConstraint,
  type ForeignKey,
} from './kinds/constraints.js';
import { index, type Index } from './kinds/index-kind.js';
import { extension, namespace, type Extension, type Namespace } from './kinds/namespaces.js';
import { sequence, type Sequence } from './kinds/sequence.js';
import { table, type Table } from './kinds/table.js';
import {
  collation,
  compositeType,
  domain,
  domainConstraint,
  enumType,
  rangeType,
  type Collation,
  type CompositeType,
  type Domain,
  type DomainConstraint,
  type Enum,
  type RangeType,
} from './kinds/types.js';

/**
 * Every kind of object that driftmark models. To add one: its type and definition in `kinds/`, a line here and
 * in `KINDS`, its query in `introspect/`, its section in `report/`; the compiler names what is missing.
 */
export interface ObjectByKind {
  readonly namespace: Namespace;
  readonly extension: Extension;
  readonly enum: Enum;
  readonly domain: Domain;
  readonly domainConstraint: DomainConstraint;
  readonly compositeType: CompositeType;
  readonly rangeType: RangeType;
  readonly collation: Collation;
  readonly sequence: Sequence;
  readonly table: Table;
  readonly column: Column;
  readonly index: Index;
  readonly foreignKey: ForeignKey;
  readonly check: Check;
  readonly exclusionConstraint: ExclusionConstraint;
}

export type Kind = keyof ObjectByKind;
export type ObjectOf<K extends Kind> = ObjectByKind[K];
export type AnyObject = ObjectByKind[Kind];

/** A definition, as the code that treats all kinds alike sees it. */
export interface AnyDefinition {
  readonly noun: string;
  readonly identity: readonly string[];
  readonly facts: Readonly<Record<string, FactClass<never>>>;
  readonly added: ChangeClass | ((object: never) => ChangeClass);
  readonly removed: ChangeClass | ((object: never) => ChangeClass);
  readonly ordered?: true;
  readonly parents?: readonly string[];
}

/** The definitions of all kinds, in the order in which changes are told. */
export const KINDS: Readonly<Record<Kind, AnyDefinition>> = {
  namespace,
  extension,
  enum: enumType,
  domain,
  domainConstraint,
  compositeType,
  rangeType,
  collation,
  sequence,
  table,
  column,
  index,
  foreignKey,
  check,
  exclusionConstraint,
};

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];
