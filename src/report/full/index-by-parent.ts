import type { AnyObject, Kind } from '../../schema/kinds.js';
import { ALL_KINDS } from '../../schema/kinds.js';
import type { Schema } from '../../schema/model.js';
import { KIND_REPORTS } from '../kinds.js';
import type { KindReport } from '../kind-report.js';

/** A kind's report, as the code that treats all kinds alike sees it. */
export type AnyKindReport = KindReport<AnyObject>;

export const kindReport = (kind: Kind) => KIND_REPORTS[kind] as unknown as AnyKindReport;

export interface ParentName {
  readonly schema: string;
  readonly name: string;
}

/** The objects that stand under another one, by kind and parent. */
export type ObjectsByParent = (kind: Kind, parent: ParentName) => readonly AnyObject[];

/** Groups, once for a whole report, the objects that stand under another one. */
export function groupByParent(schema: Schema): ObjectsByParent {
  const groups = new Map<Kind, Map<string, Map<string, AnyObject[]>>>();
  for (const kind of ALL_KINDS) {
    const parentOf = parentFunction(kind);
    if (!parentOf || schema.objects[kind].length === 0) continue;
    const ofKind = new Map<string, Map<string, AnyObject[]>>();
    groups.set(kind, ofKind);
    let last: ParentName | undefined;
    let siblings: AnyObject[] = [];
    for (const object of schema.objects[kind]) {
      const parent = parentOf(object);
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

function parentFunction(kind: Kind): ((object: AnyObject) => ParentName) | undefined {
  const report = kindReport(kind);
  switch (report.layout) {
    case 'child':
      return report.parent;
    case 'nested':
      return report.of;
    case 'columns':
      return (object) => {
        const { schema, relation } = object as { schema: string; relation: string };
        return { schema, name: relation };
      };
    case 'list':
    case 'section':
      return undefined;
  }
}
