import { ALL_KINDS, type AnyObject, type Kind, type ObjectByKind } from '../../schema/kinds.js';
import { canonical, identityOf, keyOf, mapKinds, type Schema } from '../../schema/model.js';
import type { Draft } from '../grammar.js';
import { lineIndexBuilder, type LineIndexBuilder } from '../line-index.js';

/** Collects the properties of each object from all parts of a report. */
export interface SchemaBuilder {
  /**
   * Adds properties to the object with the same identity, or creates the object.
   * @param line The line of the object. The first call for an object counts.
   */
  readonly put: <K extends Kind>(
    kind: K,
    facts: Draft<ObjectByKind[K]>,
    line: number,
  ) => Draft<ObjectByKind[K]>;
  /** Whether anything is known of such an object. */
  readonly has: <K extends Kind>(kind: K, identity: Draft<ObjectByKind[K]>) => boolean;
  readonly schema: () => Schema;
  readonly lines: LineIndexBuilder;
}

export function schemaBuilder(namespaces: readonly string[]): SchemaBuilder {
  const found = new Map<Kind, Map<string, object>>(ALL_KINDS.map((kind) => [kind, new Map()]));
  const lines = lineIndexBuilder();
  const keyOfDraft = (kind: Kind, facts: Draft<AnyObject>) => keyOf(identityOf(kind, facts as AnyObject));
  return {
    put: (kind, facts, line) => {
      const key = keyOfDraft(kind, facts);
      const ofKind = found.get(kind);
      const known = ofKind?.get(key);
      if (known) return Object.assign(known, facts);
      ofKind?.set(key, facts);
      lines.setObject(facts, line);
      return facts;
    },
    has: (kind, identity) => found.get(kind)?.has(keyOfDraft(kind, identity)) ?? false,
    schema: () => {
      // `put` keeps the objects of each kind in the map of their kind.
      const objectsOf = <K extends Kind>(kind: K) =>
        [...(found.get(kind)?.values() ?? [])] as ObjectByKind[K][];
      return canonical({ namespaces, objects: mapKinds(objectsOf) });
    },
    lines,
  };
}
