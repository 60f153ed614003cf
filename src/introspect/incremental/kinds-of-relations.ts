import type { Kind } from '../../schema/kinds.js';
import type { CatalogRows } from './catalogs.js';

/** What a relation is and has, by `pg_class.relkind`: further kinds depend on rows of other catalogs. */
const BY_RELKIND: Readonly<Record<string, readonly Kind[]>> = {
  r: ['table', 'column', 'index'],
  p: ['table', 'column', 'index'],
  f: ['foreignTable', 'column'],
  v: ['view', 'column'],
  m: ['materializedView', 'column', 'index'],
  c: ['column'],
  S: ['sequence'],
};

/** The kind of a constraint, by `pg_constraint.contype`; the others are parts of indexes and columns. */
const BY_CONTYPE: Readonly<Record<string, Kind>> = {
  f: 'foreignKey',
  c: 'check',
  x: 'exclusionConstraint',
};

/** Kinds whose objects are parts of one relation. */
export const RELATION_KINDS: readonly Kind[] = [
  ...new Set([...Object.values(BY_RELKIND).flat(), ...Object.values(BY_CONTYPE)]),
  'trigger',
  'policy',
  'rule',
];

/** The kinds of objects that some relations are and have. Nothing else of them has to be looked for. */
export function kindsOf(relations: ReadonlySet<string>, rows: CatalogRows): readonly Kind[] {
  if (relations.size === 0) return [];
  const kinds = new Set<Kind>();
  for (const oid of relations)
    for (const kind of BY_RELKIND[String(rows.pg_class.get(oid)?.[2])] ?? []) kinds.add(kind);
  for (const [relation, , type] of rows.pg_constraint.values()) {
    const kind = BY_CONTYPE[String(type)];
    if (kind && relations.has(String(relation))) kinds.add(kind);
  }
  // A foreign key is enforced by triggers, a view is a rule.
  for (const [relation, constraint] of rows.pg_trigger.values())
    if (relations.has(String(relation)) && !isForeignKey(rows, constraint)) kinds.add('trigger');
  for (const [relation, name] of rows.pg_rewrite.values())
    if (name !== '_RETURN' && relations.has(String(relation))) kinds.add('rule');
  for (const [relation] of rows.pg_policy.values()) if (relations.has(String(relation))) kinds.add('policy');
  return RELATION_KINDS.filter((kind) => kinds.has(kind));
}

const isForeignKey = (rows: CatalogRows, constraint: string | number | boolean | undefined) =>
  rows.pg_constraint.get(String(constraint))?.[2] === 'f';
