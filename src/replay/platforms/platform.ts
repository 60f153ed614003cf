import type { Kind, ObjectByKind } from '../../schema/kinds.js';

/** What a hosted platform provides in a new database, before the first migration. */
export interface Platform {
  /** Roles with their options. A role that the server already has is left as it is. */
  readonly roles: readonly (readonly [name: string, options: string])[];
  /** SQL that a superuser runs in the new database, as one script. */
  readonly setup: string;
  /** The value of `search_path` for the sessions of the migrations. */
  readonly searchPath: string;
  /** Extensions that other servers lack. A migration that creates one goes on without it. */
  readonly extensions: readonly string[];
  /** By extension, SQL that creates what migrations call of one that is missing. */
  readonly standIns: Readonly<Partial<Record<string, string>>>;
  /** The platform's own schemas, which a report leaves out unless the setting `schemas` names them. */
  readonly schemas: readonly string[];
  /** Objects outside of those schemas that the set-up creates, by kind: a report leaves them out while they are unchanged. */
  readonly isOwn: { readonly [K in Kind]?: (object: ObjectByKind[K]) => boolean };
}
