import type { Catalog, ChangeClass, FactClass, KindDefinition } from './definition.js';
import { namespace, extension, type Namespace, type Extension } from './kinds/namespaces.js';
import {
  enumDefinition,
  domain,
  domainConstraint,
  compositeType,
  rangeType,
  collation,
  type Enum,
  type Domain,
  type DomainConstraint,
  type CompositeType,
  type RangeType,
  type Collation,
} from './kinds/types.js';
import { sequence, type Sequence } from './kinds/sequence.js';
import { table, type Table } from './kinds/table.js';
import { column, type Column } from './kinds/column.js';
import { index, type Index } from './kinds/index-definition.js';
import {
  foreignKey,
  check,
  exclusionConstraint,
  type ForeignKey,
  type Check,
  type ExclusionConstraint,
} from './kinds/constraints.js';
import { externalTable, type ExternalTable } from './kinds/external-table.js';
import { externalObject, type ExternalObject } from './kinds/external-object.js';
import { view, materializedView, type View, type MaterializedView } from './kinds/view.js';
import { trigger, eventTrigger, type Trigger, type EventTrigger } from './kinds/trigger.js';
import { rule, type Rule } from './kinds/rule.js';
import { policy, type Policy } from './kinds/policy.js';
import { statistics, type Statistics } from './kinds/statistics.js';
import { functionDefinition, procedure, type Routine } from './kinds/routine.js';
import { aggregate, type Aggregate } from './kinds/aggregate.js';
import { operator, cast, type Operator, type Cast } from './kinds/operators.js';
import {
  textSearchConfiguration,
  textSearchDictionary,
  type TextSearchConfiguration,
  type TextSearchDictionary,
} from './kinds/text-search.js';
import {
  foreignDataWrapper,
  foreignServer,
  userMapping,
  foreignTable,
  type ForeignDataWrapper,
  type ForeignServer,
  type UserMapping,
  type ForeignTable,
} from './kinds/foreign.js';
import { publication, subscription, type Publication, type Subscription } from './kinds/replication.js';
import { defaultPrivileges, type DefaultPrivileges } from './kinds/default-privileges.js';
import { uncovered, type Uncovered } from './kinds/unmodelled.js';

/**
 * The kinds of objects that driftmark models. To add one, write its type and definition in `kinds/`, and add it here and
 * to `KINDS`. The compiler then names the other registries.
 */
export interface ObjectByKind {
  readonly namespace: Namespace;
  readonly extension: Extension;
  readonly defaultPrivileges: DefaultPrivileges;
  readonly enum: Enum;
  readonly domain: Domain;
  readonly domainConstraint: DomainConstraint;
  readonly compositeType: CompositeType;
  readonly rangeType: RangeType;
  readonly collation: Collation;
  readonly sequence: Sequence;
  readonly table: Table;
  readonly foreignTable: ForeignTable;
  readonly view: View;
  readonly materializedView: MaterializedView;
  readonly externalTable: ExternalTable;
  readonly column: Column;
  readonly index: Index;
  readonly foreignKey: ForeignKey;
  readonly check: Check;
  readonly exclusionConstraint: ExclusionConstraint;
  readonly trigger: Trigger;
  readonly policy: Policy;
  readonly rule: Rule;
  readonly statistics: Statistics;
  readonly function: Routine;
  readonly procedure: Routine;
  readonly aggregate: Aggregate;
  readonly operator: Operator;
  readonly cast: Cast;
  readonly textSearchConfiguration: TextSearchConfiguration;
  readonly textSearchDictionary: TextSearchDictionary;
  readonly foreignDataWrapper: ForeignDataWrapper;
  readonly foreignServer: ForeignServer;
  readonly userMapping: UserMapping;
  readonly publication: Publication;
  readonly subscription: Subscription;
  readonly eventTrigger: EventTrigger;
  readonly externalObject: ExternalObject;
  readonly uncovered: Uncovered;
}

export type Kind = keyof ObjectByKind;
export type AnyObject = ObjectByKind[Kind];

/** A definition without its type parameter, for code that treats all kinds alike. */
export interface AnyDefinition {
  readonly noun: string;
  readonly identity: readonly string[];
  readonly catalogs: readonly Catalog[];
  readonly expressions?: Readonly<Partial<Record<string, string>>>;
  readonly renamed?: ChangeClass;
  readonly recreated?: 'always' | 'if mentioned';
  readonly facts: Readonly<Record<string, FactClass<never>>>;
  readonly added: ChangeClass | ((object: never) => ChangeClass);
  readonly removed: ChangeClass | ((object: never) => ChangeClass);
  readonly ordered?: (object: never) => boolean;
  readonly inheritedFrom?: string;
  readonly parents?: readonly string[];
}

/** The definitions of all kinds, in the order in which changes are reported. */
const DEFINITIONS = {
  namespace,
  extension,
  defaultPrivileges,
  enum: enumDefinition,
  domain,
  domainConstraint,
  compositeType,
  rangeType,
  collation,
  sequence,
  table,
  foreignTable,
  view,
  materializedView,
  externalTable,
  column,
  index,
  foreignKey,
  check,
  exclusionConstraint,
  trigger,
  policy,
  rule,
  statistics,
  function: functionDefinition,
  procedure,
  aggregate,
  operator,
  cast,
  textSearchConfiguration,
  textSearchDictionary,
  foreignDataWrapper,
  foreignServer,
  userMapping,
  publication,
  subscription,
  eventTrigger,
  externalObject,
  uncovered,
} as const;

type IdentityOf<K extends Kind> = Extract<(typeof DEFINITIONS)[K]['identity'][number], keyof ObjectByKind[K]>;

/** The definitions for code that treats all kinds alike. The compiler compares them with `ObjectByKind`. */
export const KINDS: Readonly<Record<Kind, AnyDefinition>> = DEFINITIONS satisfies {
  readonly [K in Kind]: KindDefinition<ObjectByKind[K], IdentityOf<K>>;
};

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];
