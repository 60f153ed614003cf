import type { Kind, ObjectByKind } from '../../schema/kinds.js';
import { ALL_KINDS } from '../../schema/kinds.js';
import {
  canonical,
  identityOf,
  keyOf,
  noObjects,
  type ObjectsByKind,
  type Schema,
} from '../../schema/model.js';
import type { Draft } from '../grammar.js';

/** Gathers what a report says of each object, from wherever it says it. */
export interface SchemaBuilder {
  /** The object with these facts: the one that has the same identity already, with the facts added, or a new one. */
  readonly put: <K extends Kind>(kind: K, facts: Draft<ObjectByKind[K]>) => Draft<ObjectByKind[K]>;
  /** Whether anything has been said of such an object. */
  readonly has: <K extends Kind>(kind: K, identity: Draft<ObjectByKind[K]>) => boolean;
  readonly schema: () => Schema;
}

export function schemaBuilder(namespaces: readonly string[]): SchemaBuilder {
  const found = new Map<Kind, Map<string, object>>(ALL_KINDS.map((kind) => [kind, new Map()]));
  return {
    put: (kind, facts) => {
      const key = keyOf(identityOf(kind, facts as ObjectByKind[typeof kind]));
      const ofKind = found.get(kind);
      const known = ofKind?.get(key);
      if (known) return Object.assign(known, facts);
      ofKind?.set(key, facts);
      return facts;
    },
    has: (kind, identity) =>
      found.get(kind)?.has(keyOf(identityOf(kind, identity as ObjectByKind[typeof kind]))) ?? false,
    schema: () => {
      const objects = noObjects() as Record<Kind, object[]>;
      for (const kind of ALL_KINDS) objects[kind] = [...(found.get(kind)?.values() ?? [])];
      return canonical({ namespaces, objects: objects as unknown as ObjectsByKind });
    },
  };
}
