import type { Commented, Granted, KindDefinition, Owned } from '../definition.js';
import { COMMENTED, COMMON } from '../definition.js';

/** PostgreSQL manual, 5.10. */
export interface Namespace extends Commented, Granted, Owned {
  readonly name: string;
}

export const namespace: KindDefinition<Namespace, 'name'> = {
  noun: 'schema',
  identity: ['name'],
  catalogs: ['pg_namespace'],
  facts: COMMON,
  added: 'additive',
  removed: 'breaking',
};

export interface Extension extends Commented {
  readonly name: string;
  readonly schema: string;
  /** Only with `extensionVersions`: the same migrations install different versions on different servers. */
  readonly version?: string;
}

export const extension: KindDefinition<Extension, 'name'> = {
  noun: 'extension',
  identity: ['name'],
  catalogs: ['pg_extension'],
  recreated: 'always',
  facts: { schema: 'breaking', version: 'behaviour', ...COMMENTED },
  added: 'additive',
  removed: 'breaking',
};
