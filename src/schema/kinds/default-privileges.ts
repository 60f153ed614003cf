import type { Granted, KindDefinition } from '../definition.js';
import { GRANTED } from '../definition.js';

/** PostgreSQL manual, ALTER DEFAULT PRIVILEGES. */
export interface DefaultPrivileges extends Granted {
  /** The role that creates the objects; empty if it is the owner of most objects. */
  readonly role: string;
  /** The schema of the objects; empty for all schemas. */
  readonly schema: string;
  readonly on: 'tables' | 'sequences' | 'functions' | 'types' | 'schemas' | 'large objects';
}

export const defaultPrivileges: KindDefinition<DefaultPrivileges, 'role' | 'schema' | 'on'> = {
  noun: 'default privileges',
  identity: ['role', 'schema', 'on'],
  catalogs: ['pg_default_acl'],
  facts: GRANTED,
  added: 'privileges',
  removed: 'privileges',
};
