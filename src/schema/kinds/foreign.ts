import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMON } from '../definition.js';
import type { QualifiedName } from './table.js';

/** PostgreSQL manual, 5.13. Options are sorted. The values of secret options are left out. */
export interface ForeignDataWrapper extends Commented, Granted, Owned {
  readonly name: string;
  readonly handler?: string;
  readonly validator?: string;
  readonly options?: readonly string[];
}

export const foreignDataWrapper: KindDefinition<ForeignDataWrapper, 'name'> = {
  noun: 'foreign-data wrapper',
  identity: ['name'],
  catalogs: ['pg_foreign_data_wrapper'],
  facts: { handler: 'behaviour', validator: 'behaviour', options: 'behaviour', ...COMMON },
  added: 'additive',
  removed: 'breaking',
};

export interface ForeignServer extends Commented, Granted, Owned {
  readonly name: string;
  readonly wrapper: string;
  readonly type?: string;
  readonly version?: string;
  readonly options?: readonly string[];
}

export const foreignServer: KindDefinition<ForeignServer, 'name'> = {
  noun: 'foreign server',
  identity: ['name'],
  catalogs: ['pg_foreign_server'],
  facts: { wrapper: 'breaking', type: 'behaviour', version: 'behaviour', options: 'behaviour', ...COMMON },
  added: 'additive',
  removed: 'breaking',
};

/** The options of a user mapping are secrets and are left out. */
export interface UserMapping {
  readonly server: string;
  /** A role, or `public`. */
  readonly role: string;
}

export const userMapping: KindDefinition<UserMapping, 'server' | 'role'> = {
  noun: 'user mapping',
  identity: ['server', 'role'],
  catalogs: ['pg_user_mapping'],
  facts: {},
  added: 'additive',
  removed: 'breaking',
};

export interface ForeignTable extends Commented, Granted, Owned {
  readonly schema: string;
  readonly name: string;
  readonly server: string;
  readonly options?: readonly string[];
  readonly partitionOf?: { readonly schema: string; readonly table: string; readonly bound: string };
  readonly inherits?: readonly QualifiedName[];
}

export const foreignTable: KindDefinition<ForeignTable, 'schema' | 'name'> = {
  noun: 'foreign table',
  identity: ['schema', 'name'],
  catalogs: ['pg_class', 'pg_foreign_table'],
  recreated: 'if mentioned',
  facts: {
    server: 'breaking',
    options: 'behaviour',
    partitionOf: 'breaking',
    inherits: 'breaking',
    ...COMMON,
  },
  inheritedFrom: 'partitionOf',
  added: 'additive',
  removed: 'breaking',
};
