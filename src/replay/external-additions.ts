import { isDeepStrictEqual } from 'node:util';
import { RELATIONS, type Grant, type Granted, type Revocation } from '../schema/definition.js';
import { EXTERNAL_KINDS } from '../schema/external-objects.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import type { Column } from '../schema/kinds/column.js';
import type { ExternalTable } from '../schema/kinds/external-table.js';
import type { Table } from '../schema/kinds/table.js';
import {
  fieldsOf,
  identityOf,
  keyOf,
  noObjects,
  objectKey,
  type ObjectsByKind,
  type Schema,
} from '../schema/model.js';

/**
 * What migrations created and changed in schemas that the report does not cover: the difference between these schemas
 * before the first migration and now. What the migrations removed cannot be expressed, and is left out.
 *
 * @param includesNew whether tables, functions and types that the migrations created there are included. What they
 * created on a table that was there before always is.
 */
export function externalAdditions(before: Schema, now: Schema, includesNew: boolean): ObjectsByKind {
  const known = new Map(
    EXTERNAL_KINDS.flatMap((kind) =>
      before.objects[kind].map((object): [string, AnyObject] => [objectKey(kind, object), object]),
    ),
  );
  const relations = new Set(
    RELATIONS.flatMap((kind) => before.objects[kind].map(({ schema, name }) => keyOf([schema, name]))),
  );
  const added = noObjects();
  const lists: Record<Kind, AnyObject[]> = added;
  for (const kind of EXTERNAL_KINDS) {
    for (const object of now.objects[kind]) {
      const former = known.get(objectKey(kind, object));
      if (former !== undefined && isDeepStrictEqual(former, object)) continue;
      const isRelation = RELATIONS.some((relation) => relation === kind);
      if (isRelation && former) added.externalTable.push(...changedTable(former, object));
      else if (kind === 'column' && former) added.column.push(...changedColumn(former, object));
      else if (includesNew || isInKnown(kind, object, relations)) lists[kind].push(withoutOwner(object));
    }
  }
  return added;
}

/** Whether an object is in a relation that was there before. */
function isInKnown(kind: Kind, object: AnyObject, relations: ReadonlySet<string>): boolean {
  const isChild = KINDS[kind].parents === RELATIONS;
  return isChild && relations.has(keyOf(identityOf(kind, object).slice(0, -1)));
}

/** The owner of most objects is that of the covered schemas; other schemas have other owners. */
function withoutOwner(object: AnyObject): AnyObject {
  const { owner: _owner, ...others } = fieldsOf(object);
  const copy: unknown = others;
  return copy as AnyObject;
}

type TableLike = Pick<Table, 'schema' | 'name' | 'comment' | 'replicaIdentity' | 'rowSecurity'> & Granted;

function changedTable(former: AnyObject, object: AnyObject): ExternalTable[] {
  const [was, is] = [former as TableLike, object as TableLike];
  const { comment, replicaIdentity, rowSecurity } = is;
  const facts = {
    ...(comment !== undefined && comment !== was.comment && { comment }),
    ...(replicaIdentity !== undefined && replicaIdentity !== was.replicaIdentity && { replicaIdentity }),
    ...(rowSecurity !== undefined && rowSecurity !== was.rowSecurity && { rowSecurity }),
    ...grantedBeyond(was, is),
  };
  return Object.keys(facts).length === 0 ? [] : [{ schema: is.schema, name: is.name, ...facts }];
}

/** Only the privileges and the comment if nothing else changed, else the whole column. */
function changedColumn(former: AnyObject, object: AnyObject): Column[] {
  const [was, is] = [former as Column, object as Column];
  const isSame = isDeepStrictEqual(withoutRemarks(was), withoutRemarks(is));
  const { schema, relation, name, comment } = is;
  const remarks = {
    ...(comment !== undefined && comment !== was.comment && { comment }),
    ...grantedBeyond(was, is),
  };
  if (!isSame) return [{ ...withoutRemarks(is), ...remarks }];
  return Object.keys(remarks).length === 0 ? [] : [{ schema, relation, name, ...remarks }];
}

function withoutRemarks({ comment: _comment, grants: _grants, revokes: _revokes, ...facts }: Column): Column {
  return facts;
}

/** The privileges that were granted, and those that were revoked, since an earlier state. */
function grantedBeyond(was: Granted, is: Granted): Granted {
  const grants = beyond(
    was.grants ?? [],
    is.grants ?? [],
    ({ to, grantable }) => `${to} ${String(grantable)}`,
  );
  const revokes = beyond(was.revokes ?? [], is.revokes ?? [], ({ from }) => from);
  return { ...(grants.length > 0 && { grants }), ...(revokes.length > 0 && { revokes }) };
}

function beyond<T extends Grant | Revocation>(
  was: readonly T[],
  is: readonly T[],
  keyOf: (each: T) => string,
): T[] {
  const known = new Map(was.map((each) => [keyOf(each), each.privileges]));
  return is.flatMap((each) => {
    const before = known.get(keyOf(each)) ?? [];
    const privileges = before.includes('all')
      ? []
      : each.privileges.filter((privilege) => !before.includes(privilege));
    return privileges.length === 0 ? [] : [{ ...each, privileges }];
  });
}
