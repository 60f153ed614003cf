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
  const groups = new Map<string, AnyObject[]>();
  const key = (kind: Kind, { schema: namespace, name }: ParentName) =>
    JSON.stringify([kind, namespace, name]);
  for (const kind of ALL_KINDS) {
    const parentOf = parentFunction(kind);
    if (!parentOf) continue;
    for (const object of schema.objects[kind]) {
      const at = key(kind, parentOf(object));
      const group = groups.get(at);
      if (group) group.push(object);
      else groups.set(at, [object]);
    }
  }
  return (kind, parent) => groups.get(key(kind, parent)) ?? [];
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
