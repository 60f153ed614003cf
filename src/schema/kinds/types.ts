import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMENTED, COMMON, isConstraintTightened } from '../definition.js';

/** PostgreSQL manual, 8.7. */
export interface Enum extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  /** In their sort order. */
  readonly values: readonly string[];
}

const containsAll = (all: readonly string[] = [], some: readonly string[] = []) =>
  some.every((value) => all.includes(value));

export const enumDefinition: KindDefinition<Enum, 'schema' | 'name'> = {
  noun: 'enum',
  identity: ['schema', 'name'],
  catalogs: ['pg_type', 'pg_enum'],
  recreated: 'always',
  facts: { values: (before, after) => (containsAll(after, before) ? 'additive' : 'breaking'), ...COMMON },
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, 8.18. */
export interface Domain extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly collation?: string;
  readonly default?: string;
  readonly notNull?: true;
}

export const domain: KindDefinition<Domain, 'schema' | 'name'> = {
  noun: 'domain',
  identity: ['schema', 'name'],
  catalogs: ['pg_type'],
  expressions: { default: 'whole' },
  recreated: 'always',
  facts: {
    type: 'breaking',
    collation: 'behaviour',
    default: 'behaviour',
    notNull: isConstraintTightened,
    ...COMMON,
  },
  added: 'additive',
  removed: 'breaking',
};

export interface DomainConstraint extends Commented {
  readonly schema: string;
  readonly domain: string;
  readonly name: string;
  readonly expression: string;
  readonly notValid?: true;
}

export const domainConstraint: KindDefinition<DomainConstraint, 'schema' | 'domain' | 'name'> = {
  noun: 'domain constraint',
  identity: ['schema', 'domain', 'name'],
  catalogs: ['pg_constraint'],
  expressions: { expression: 'whole' },
  renamed: 'behaviour',
  parents: ['domain'],
  facts: { expression: 'breaking', notValid: 'behaviour', ...COMMENTED },
  added: 'breaking',
  removed: 'additive',
};

/** A composite type without a table. Its attributes are columns. PostgreSQL manual, 8.16. */
export interface CompositeType extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
}

export const compositeType: KindDefinition<CompositeType, 'schema' | 'name'> = {
  noun: 'composite type',
  identity: ['schema', 'name'],
  catalogs: ['pg_type', 'pg_class'],
  recreated: 'always',
  facts: COMMON,
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, 8.17. */
export interface RangeType extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly subtype: string;
  readonly opclass?: string;
  readonly collation?: string;
  readonly canonical?: string;
  readonly subtypeDiff?: string;
  /** Absent if it is the name that PostgreSQL derives from the name of the range type. */
  readonly multirange?: string;
  /** The schema of the multirange type, if it is not the schema of the range type. */
  readonly multirangeSchema?: string;
}

/** The default name of the multirange type of a range type. PostgreSQL manual, CREATE TYPE. */
export function derivedMultirange(range: string): string {
  return range.includes('range') ? range.replace('range', 'multirange') : `${range}_multirange`;
}

export const rangeType: KindDefinition<RangeType, 'schema' | 'name'> = {
  noun: 'range type',
  identity: ['schema', 'name'],
  catalogs: ['pg_type', 'pg_range'],
  recreated: 'always',
  facts: {
    subtype: 'breaking',
    opclass: 'behaviour',
    collation: 'behaviour',
    canonical: 'behaviour',
    subtypeDiff: 'physical',
    multirange: 'breaking',
    multirangeSchema: 'breaking',
    ...COMMON,
  },
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, 24.2. */
export interface Collation extends Commented, Owned {
  readonly schema: string;
  readonly name: string;
  readonly provider: string;
  /** The locale; with `lcCtype`, only `LC_COLLATE`. */
  readonly locale?: string;
  readonly lcCtype?: string;
  readonly rules?: string;
  readonly nondeterministic?: true;
}

export const collation: KindDefinition<Collation, 'schema' | 'name'> = {
  noun: 'collation',
  identity: ['schema', 'name'],
  catalogs: ['pg_collation'],
  recreated: 'always',
  facts: {
    provider: 'behaviour',
    locale: 'behaviour',
    lcCtype: 'behaviour',
    rules: 'behaviour',
    nondeterministic: 'behaviour',
    comment: 'comments',
    owner: 'privileges',
  },
  added: 'additive',
  removed: 'breaking',
};
