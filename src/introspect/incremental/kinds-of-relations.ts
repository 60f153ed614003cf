import type { Kind } from '../../schema/kinds.js';
import type { CatalogRows } from './catalog-rows.js';

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
  const kinds = new Set<Kind>();
  for (const oid of relations) {
    for (const kind of BY_RELKIND[String(rows.pg_class.get(oid)?.[2])] ?? []) kinds.add(kind);
    for (const [, , type] of rows.pg_constraint.of(oid)) {
      const kind = BY_CONTYPE[String(type)];
      if (kind) kinds.add(kind);
    }
    // A foreign key is enforced by triggers, a view is a rule.
    for (const [, constraint] of rows.pg_trigger.of(oid))
      if (!isForeignKey(rows, constraint)) kinds.add('trigger');
    for (const [, name] of rows.pg_rewrite.of(oid)) if (name !== '_RETURN') kinds.add('rule');
    for (const _ of rows.pg_policy.of(oid)) kinds.add('policy');
  }
  return RELATION_KINDS.filter((kind) => kinds.has(kind));
}

const isForeignKey = (rows: CatalogRows, constraint: string | number | boolean | undefined) =>
  rows.pg_constraint.get(String(constraint))?.[2] === 'f';
