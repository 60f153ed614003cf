import type { Commented, KindDefinition, Owned } from '../definition.js';

/** A table of a publication. */
export interface PublishedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns?: readonly string[];
  readonly filter?: string;
}

/** PostgreSQL manual, 29.1. */
export interface Publication extends Commented, Owned {
  readonly name: string;
  readonly allTables?: true;
  readonly tables?: readonly PublishedTable[];
  readonly schemas?: readonly string[];
  /** Absent if insert, update, delete and truncate are all published. */
  readonly operations?: readonly string[];
  readonly viaRoot?: true;
  readonly generatedColumns?: 'stored';
}

export const publication: KindDefinition<Publication, 'name'> = {
  noun: 'publication',
  identity: ['name'],
  catalogs: ['pg_publication', 'pg_publication_rel', 'pg_publication_namespace'],
  expressions: { tables: 'filter' },
  facts: {
    allTables: 'behaviour',
    tables: 'behaviour',
    schemas: 'behaviour',
    operations: 'behaviour',
    viaRoot: 'behaviour',
    generatedColumns: 'behaviour',
    comment: 'comments',
    owner: 'privileges',
  },
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, 29.2. The connection is left out, because it may contain a password. */
export interface Subscription extends Commented, Owned {
  readonly name: string;
  readonly publications: readonly string[];
  /** Absent if it is the name of the subscription. */
  readonly slot?: string;
  /** Options that differ from the defaults of CREATE SUBSCRIPTION, as `name=value`, sorted. */
  readonly options?: readonly string[];
}

export const subscription: KindDefinition<Subscription, 'name'> = {
  noun: 'subscription',
  identity: ['name'],
  catalogs: ['pg_subscription'],
  facts: {
    publications: 'behaviour',
    slot: 'behaviour',
    options: 'behaviour',
    comment: 'comments',
    owner: 'privileges',
  },
  added: 'additive',
  removed: 'breaking',
};
