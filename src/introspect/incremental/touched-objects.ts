import type { Kind } from '../../schema/kinds.js';
import type { RowChange } from './catalog-changes.js';
import type { CatalogRows } from './catalog-rows.js';
import type { RowFacts } from './catalogs.js';
import { Unmapped, type ChangedRoutines } from './dependents.js';

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** What the previous reading covered. */
export interface CoveredScope {
  /** The names of the covered schemas, by OID. */
  readonly namespaces: ReadonlyMap<string, string>;
  readonly excludedRelations: ReadonlySet<string>;
  /** OIDs of objects that belong to extensions. */
  readonly extensionMembers: ReadonlySet<string>;
  /** Whether columns are printed with the base type of their domain. */
  readonly dependsOnTypes: boolean;
  /** Kinds whose objects may contain the name of anything. */
  readonly dependentKinds: readonly Kind[];
}

const PG_CATALOG = '11';
/** OIDs of catalogs, as `pg_description.classoid` contains them. They are the same on every server. */
const CLASS = {
  relation: '1259',
  type: '1247',
  routine: '1255',
  constraint: '2606',
  trigger: '2620',
  rule: '2618',
  policy: '3256',
} as const;

export const RELATION_KINDS = new Set(['r', 'p', 'v', 'm', 'f', 'c', 'S']);
export const INDEX_KINDS = new Set(['i', 'I']);

export const ROUTINE_KINDS = ['function', 'procedure', 'aggregate'] as const;

/** What changed, before it is known what depends on that. */
export interface Touched {
  /** OIDs of rows of pg_class, also of indexes, with the kinds of objects that may have changed. */
  readonly relations: Map<string, Set<Kind>>;
  /** Those of which any kind of object may have changed. */
  readonly whole: Set<string>;
  /** Those that are new. What depends on them has changed itself. */
  readonly created: Set<string>;
  readonly dropped: RelationName[];
  readonly kinds: Set<Kind>;
  readonly routines: ChangedRoutines;
}

/** @throws {Unmapped} */
export function touchedObjects(
  changes: readonly RowChange[],
  rows: CatalogRows,
  scope: CoveredScope,
): Touched {
  const touched: Touched = {
    relations: new Map(),
    whole: new Set(),
    created: new Set(),
    dropped: [],
    kinds: new Set(),
    routines: new Map(),
  };
  if (changes.length > 0) for (const kind of scope.dependentKinds) touched.kinds.add(kind);
  for (const change of changes) {
    const { catalog, key } = change;
    if (scope.extensionMembers.has(key)) throw new Unmapped();
    const facts = change.after ?? change.before ?? [];
    switch (catalog) {
      case 'pg_class':
        touchRelation(change, rows, scope, touched);
        break;
      case 'pg_attribute':
        if (isChanged(change, 1) && change.after?.[2] === false && !isIndex(rows, ownerIn(key)))
          throw new Unmapped();
        touch(touched, ownerIn(key), isIndex(rows, ownerIn(key)) ? 'index' : 'column', 'exclusionConstraint');
        break;
      case 'pg_type':
        touchType(change, rows, touched);
        if (scope.dependsOnTypes && facts[2] === 'd' && change.before) throw new Unmapped();
        break;
      case 'pg_enum':
        if (isChanged(change, 0)) throw new Unmapped();
        touched.kinds.add('enum');
        break;
      case 'pg_proc':
        touchRoutine(change, touched);
        break;
      case 'pg_constraint':
        touchConstraint(facts, touched);
        break;
      case 'pg_attrdef':
        touch(touched, String(facts[0]), 'column');
        break;
      case 'pg_index':
        touch(touched, String(facts[0]), 'index', 'exclusionConstraint');
        break;
      case 'pg_trigger':
        if (facts[2] !== true) touch(touched, String(facts[0]), 'trigger');
        break;
      case 'pg_rewrite':
        touch(touched, String(facts[0]), 'view', 'materializedView', 'rule');
        break;
      case 'pg_policy':
        touch(touched, String(facts[0]), 'policy');
        break;
      case 'pg_description':
        touchCommented(facts, rows, touched);
        break;
      case 'pg_sequence':
      case 'pg_inherits':
      case 'pg_partitioned_table':
      case 'pg_foreign_table':
        touch(touched, String(facts[0]));
        touched.whole.add(String(facts[0]));
    }
  }
  return touched;
}

const ownerIn = (key: string) => key.slice(0, key.indexOf('/'));
const isIndex = (rows: CatalogRows, oid: string) => INDEX_KINDS.has(String(rows.pg_class.get(oid)?.[2]));

function touch({ relations }: Touched, relation: string, ...kinds: readonly Kind[]): void {
  const known = relations.get(relation) ?? new Set();
  for (const kind of kinds) known.add(kind);
  relations.set(relation, known);
}

/** Whether one of the facts differs from before. */
const isChanged = ({ before, after }: RowChange, ...facts: number[]) =>
  before !== undefined && after !== undefined && facts.some((at) => before[at] !== after[at]);

function touchRelation(change: RowChange, rows: CatalogRows, scope: CoveredScope, touched: Touched): void {
  const { key, before, after } = change;
  const [name, namespace, kind] = after ?? before ?? [];
  if (namespace === PG_CATALOG) throw new Unmapped();
  if (!before) touched.created.add(key);
  if (kind === 't') {
    // A relation is printed with the options of its TOAST table, which has the relation's OID in its name.
    const [, owner] = /^pg_toast_(\d+)$/.exec(String(name)) ?? [];
    if (owner === undefined) throw new Unmapped();
    touch(touched, owner, ...OWN_KINDS);
    return;
  }
  if (INDEX_KINDS.has(String(kind))) {
    touch(touched, key, 'index', 'exclusionConstraint');
    // The row of a dropped index is still known.
    const table = rows.pg_index.get(key)?.[0];
    if (!after && table !== undefined) touch(touched, String(table), 'index', 'exclusionConstraint');
    return;
  }
  if (!RELATION_KINDS.has(String(kind)) || isChanged(change, 0, 1)) throw new Unmapped();
  // It got a column, an index or the like, of which another catalog tells.
  if (before && after && !isChanged(change, 2, 3)) return;
  if (after) {
    touch(touched, key, ...OWN_KINDS);
    if (before === undefined || before[2] !== after[2]) touched.whole.add(key);
    return;
  }
  if (kind === 'c') touched.kinds.add('compositeType');
  touched.dropped.push(...(nameOf(before, scope) ?? []));
}

function touchType(change: RowChange, rows: CatalogRows, touched: Touched): void {
  const [, namespace, letter, relation, isArray] = change.after ?? change.before ?? [];
  if (namespace === PG_CATALOG || isChanged(change, 0, 1, 2)) throw new Unmapped();
  if (isArray === true) return;
  switch (String(letter)) {
    case 'c':
      // The row type of a table or view goes with its relation.
      if (rows.pg_class.get(String(relation))?.[2] === 'c') touched.kinds.add('compositeType');
      return;
    case 'd':
      touched.kinds.add('domain').add('domainConstraint');
      return;
    case 'e':
      touched.kinds.add('enum');
      return;
    default:
      throw new Unmapped();
  }
}

function touchRoutine(change: RowChange, { kinds, routines }: Touched): void {
  const [name, namespace] = change.after ?? change.before ?? [];
  if (namespace === PG_CATALOG || isChanged(change, 0, 1)) throw new Unmapped();
  for (const kind of ROUTINE_KINDS) kinds.add(kind);
  const known = routines.get(String(name)) ?? { isNew: true, count: 0 };
  routines.set(String(name), {
    isNew: known.isNew && change.before === undefined,
    count: known.count + (change.after ? 1 : 0),
  });
}

/** The kinds of a relation itself, and its columns, whose privileges depend on its owner. */
const OWN_KINDS = [
  'table',
  'foreignTable',
  'view',
  'materializedView',
  'sequence',
  'column',
] as const satisfies readonly Kind[];

/** What a constraint is printed with, by `pg_constraint.contype`. */
const BY_CONTYPE: Readonly<Record<string, readonly Kind[]>> = {
  f: ['foreignKey'],
  c: ['check'],
  x: ['exclusionConstraint'],
  n: ['column'],
  p: ['index'],
  u: ['index'],
  t: ['trigger'],
};

function touchConstraint([relation, type, letter]: RowFacts, touched: Touched): void {
  if (relation !== undefined && relation !== '0') {
    const parts = BY_CONTYPE[String(letter)];
    touch(touched, String(relation), ...(parts ?? []));
    if (!parts) touched.whole.add(String(relation));
  }
  if (type !== undefined && type !== '0') touched.kinds.add('domain').add('domainConstraint');
}

function touchCommented([object, catalog]: RowFacts, rows: CatalogRows, touched: Touched): void {
  const oid = String(object);
  const relationIn = (of: ReadonlyMap<string, RowFacts>, kind: Kind) => {
    const relation = of.get(oid)?.[0];
    if (relation !== undefined) touch(touched, String(relation), kind);
  };
  switch (String(catalog)) {
    case CLASS.relation:
      touch(touched, oid, ...OWN_KINDS, 'index', 'exclusionConstraint');
      return;
    case CLASS.type:
      touched.kinds.add('enum').add('domain').add('compositeType').add('rangeType');
      touched.kinds.add('uncovered');
      return;
    case CLASS.routine:
      for (const kind of ROUTINE_KINDS) touched.kinds.add(kind);
      return;
    case CLASS.constraint:
      touchConstraint(rows.pg_constraint.get(oid) ?? [], touched);
      touched.kinds.add('uncovered');
      return;
    case CLASS.trigger:
      relationIn(rows.pg_trigger, 'trigger');
      return;
    case CLASS.rule:
      relationIn(rows.pg_rewrite, 'rule');
      return;
    case CLASS.policy:
      relationIn(rows.pg_policy, 'policy');
      return;
    default:
      throw new Unmapped();
  }
}

/** The name of a relation, if it is covered. */
export function nameOf(
  facts: RowFacts | undefined,
  { namespaces }: CoveredScope,
): [RelationName] | undefined {
  const schema = namespaces.get(String(facts?.[1]));
  return facts && schema !== undefined ? [{ schema, name: String(facts[0]) }] : undefined;
}
