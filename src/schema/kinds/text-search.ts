import type { Commented, KindDefinition, Owned } from '../definition.js';

/** PostgreSQL manual, 12.7. */
export interface TextSearchConfiguration extends Commented, Owned {
  readonly schema: string;
  readonly name: string;
  readonly parser: string;
  /** The dictionaries of each token type, in the order in which PostgreSQL consults them. */
  readonly mappings?: readonly { readonly token: string; readonly dictionaries: readonly string[] }[];
}

export const textSearchConfiguration: KindDefinition<TextSearchConfiguration, 'schema' | 'name'> = {
  noun: 'text search configuration',
  identity: ['schema', 'name'],
  catalogs: ['pg_ts_config', 'pg_ts_config_map'],
  recreated: 'always',
  facts: { parser: 'behaviour', mappings: 'behaviour', comment: 'comments', owner: 'privileges' },
  added: 'additive',
  removed: 'breaking',
};

/** PostgreSQL manual, 12.6. */
export interface TextSearchDictionary extends Commented, Owned {
  readonly schema: string;
  readonly name: string;
  readonly template: string;
  readonly options?: string;
}

export const textSearchDictionary: KindDefinition<TextSearchDictionary, 'schema' | 'name'> = {
  noun: 'text search dictionary',
  identity: ['schema', 'name'],
  catalogs: ['pg_ts_dict'],
  recreated: 'always',
  facts: { template: 'behaviour', options: 'behaviour', comment: 'comments', owner: 'privileges' },
  added: 'additive',
  removed: 'breaking',
};
