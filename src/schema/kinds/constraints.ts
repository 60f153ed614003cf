import type { ChangeClass, Commented, KindDefinition } from '../definition.js';
import { COMMENTED, RELATIONS } from '../definition.js';
import type { Deferrable, IndexKey } from './index-definition.js';

/** PostgreSQL manual, 5.5.5. */
export interface ForeignKey extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: {
    readonly schema: string;
    readonly table: string;
    readonly columns: readonly string[];
  };
  /** The last column of both sides is a period. */
  readonly period?: true;
  readonly match?: 'full' | 'partial';
  readonly onUpdate?: ReferentialAction;
  readonly onDelete?: ReferentialAction;
  /** The columns that `SET NULL` and `SET DEFAULT` change. Absent for all columns. */
  readonly onDeleteColumns?: readonly string[];
  readonly deferrable?: Deferrable;
  readonly notValid?: true;
  readonly notEnforced?: true;
}

/** A constraint that is not enforced does not reject rows. Enforcing it is breaking. */
const addedConstraint = ({ notEnforced }: { readonly notEnforced?: true }): ChangeClass =>
  notEnforced ? 'additive' : 'breaking';
const enforcement = (_before: true | undefined, after: true | undefined): ChangeClass =>
  after ? 'behaviour' : 'breaking';

export type ReferentialAction = 'restrict' | 'cascade' | 'set null' | 'set default';

export const foreignKey: KindDefinition<ForeignKey, 'schema' | 'table' | 'name'> = {
  noun: 'foreign key',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_constraint'],
  renamed: 'behaviour',
  parents: RELATIONS,
  facts: {
    columns: 'breaking',
    references: 'breaking',
    period: 'breaking',
    match: 'behaviour',
    onUpdate: 'behaviour',
    onDelete: 'behaviour',
    onDeleteColumns: 'behaviour',
    deferrable: 'behaviour',
    notValid: 'behaviour',
    notEnforced: enforcement,
    ...COMMENTED,
  },
  added: addedConstraint,
  removed: 'behaviour',
};

/** PostgreSQL manual, 5.5.1. */
export interface Check extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly expression: string;
  readonly noInherit?: true;
  readonly notValid?: true;
  readonly notEnforced?: true;
}

export const check: KindDefinition<Check, 'schema' | 'table' | 'name'> = {
  noun: 'check',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_constraint'],
  expressions: { expression: 'whole' },
  renamed: 'behaviour',
  parents: RELATIONS,
  facts: {
    expression: 'breaking',
    noInherit: 'behaviour',
    notValid: 'behaviour',
    notEnforced: enforcement,
    ...COMMENTED,
  },
  added: addedConstraint,
  removed: 'behaviour',
};

/** PostgreSQL manual, 5.5.6. */
export interface ExclusionConstraint extends Commented {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** Absent for `btree`. */
  readonly method?: string;
  readonly elements: readonly (IndexKey & { readonly operator: string })[];
  readonly include?: readonly string[];
  readonly predicate?: string;
  readonly deferrable?: Deferrable;
  readonly options?: readonly string[];
  readonly tablespace?: string;
  readonly clustered?: true;
  readonly indexComment?: string;
}

export const exclusionConstraint: KindDefinition<ExclusionConstraint, 'schema' | 'table' | 'name'> = {
  noun: 'exclusion constraint',
  identity: ['schema', 'table', 'name'],
  catalogs: ['pg_constraint', 'pg_index'],
  expressions: { elements: 'expression', predicate: 'whole' },
  renamed: 'behaviour',
  parents: RELATIONS,
  facts: {
    method: 'physical',
    elements: 'breaking',
    include: 'physical',
    predicate: 'breaking',
    deferrable: 'behaviour',
    options: 'physical',
    tablespace: 'physical',
    clustered: 'physical',
    indexComment: 'comments',
    ...COMMENTED,
  },
  added: 'breaking',
  removed: 'behaviour',
};
