import type { AnyObject, Kind } from '../../schema/kinds.js';
import { ALL_KINDS } from '../../schema/kinds.js';
import type { Schema } from '../../schema/model.js';
import type { ParentName } from '../kind-report.js';
import { kindReport } from '../kinds.js';

/** The objects that stand under another one, by kind and parent. */
export type ObjectsByParent = (kind: Kind, parent: ParentName) => readonly AnyObject[];

/** Groups, once for a whole report, the objects that stand under another one. */
export function groupByParent(schema: Schema): ObjectsByParent {
  const groups = new Map<Kind, Map<string, Map<string, AnyObject[]>>>();
  for (const kind of ALL_KINDS) {
    const report = kindReport(kind);
    if (!('parent' in report) || schema.objects[kind].length === 0) continue;
    const ofKind = new Map<string, Map<string, AnyObject[]>>();
    groups.set(kind, ofKind);
    let last: ParentName | undefined;
    let siblings: AnyObject[] = [];
    for (const object of schema.objects[kind]) {
      const parent = report.parent(object);
      // Siblings come one after the other.
      if (parent.name !== last?.name || parent.schema !== last.schema) {
        const inSchema = getOrMake(ofKind, parent.schema, () => new Map<string, AnyObject[]>());
        siblings = getOrMake(inSchema, parent.name, () => []);
        last = parent;
      }
      siblings.push(object);
    }
  }
  return (kind, parent) => groups.get(kind)?.get(parent.schema)?.get(parent.name) ?? [];
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
