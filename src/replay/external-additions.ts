import { isDeepStrictEqual } from 'node:util';
import { RELATIONS, type Commented, type Granted, type Owned } from '../schema/definition.js';
import { EXTERNAL_KINDS, placeOf, PLACED_KINDS } from '../schema/external-objects.js';
import { hasFacts } from '../schema/external-tables.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import type { Column } from '../schema/kinds/column.js';
import type { DefaultPrivileges } from '../schema/kinds/default-privileges.js';
import type { ExternalObject } from '../schema/kinds/external-object.js';
import type { ExternalTable } from '../schema/kinds/external-table.js';
import type { Sequence } from '../schema/kinds/sequence.js';
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
import { privilegesSince } from './privileges-since.js';

/**
 * What migrations created, changed and dropped in schemas that the report does not cover: the difference between these
 * schemas before the first migration and now.
 *
 * @param includesNew whether tables, functions and types that the migrations created there are included. What they
 * created on a table that was there before always is.
 */
export function externalAdditions(before: Schema, now: Schema, includesNew: boolean): ObjectsByKind {
  const known = byKey(before);
  const there = byKey(now);
  const relations = relationsOf(before);
  const added = noObjects();
  const lists: Record<Kind, AnyObject[]> = added;
  for (const kind of KINDS_READ) {
    for (const object of now.objects[kind]) {
      const former = known.get(objectKey(kind, object));
      if (former !== undefined && isDeepStrictEqual(former, object)) continue;
      if (former) addChanged(kind, former, object, lists);
      else if (isAdded(kind, object, includesNew, relations)) lists[kind].push(object);
    }
    const gone = before.objects[kind].filter(
      (object) => !there.has(objectKey(kind, object)) && isGoneAlone(kind, object, now),
    );
    if (PLACED_KINDS.includes(kind))
      added.externalObject.push(
        ...gone.map((object) => ({ ...placeOf(kind, object), dropped: true as const })),
      );
    else added.defaultPrivileges.push(...gone.flatMap((object) => changedDefaults(object, undefined)));
  }
  return added;
}

/** Global default privileges belong to the covered schemas. */
const KINDS_READ: readonly Kind[] = [
  ...PLACED_KINDS,
  ...EXTERNAL_KINDS.filter((kind) => kind === 'defaultPrivileges'),
];

const byKey = ({ objects }: Schema) =>
  new Map(
    KINDS_READ.flatMap((kind) =>
      objects[kind].map((object): [string, AnyObject] => [objectKey(kind, object), object]),
    ),
  );

const relationsOf = ({ objects }: Schema): ReadonlySet<string> =>
  new Set(RELATIONS.flatMap((kind) => objects[kind].map(({ schema, name }) => keyOf([schema, name]))));

/** Whether an object that was not there before is in the report. */
function isAdded(
  kind: Kind,
  object: AnyObject,
  includesNew: boolean,
  relations: ReadonlySet<string>,
): boolean {
  // A schema that a migration creates is covered, unless the settings name others. Extensions are always covered.
  if (kind === 'namespace' || kind === 'extension') return false;
  if (kind === 'defaultPrivileges') return (object as DefaultPrivileges).schema !== '';
  const isChild = KINDS[kind].parents === RELATIONS;
  return includesNew || (isChild && relations.has(keyOf(identityOf(kind, object).slice(0, -1))));
}

/** Whether an object was dropped by itself, and not with the table or the domain that it was in. */
function isGoneAlone(kind: Kind, object: AnyObject, now: Schema): boolean {
  const parent = keyOf(identityOf(kind, object).slice(0, -1));
  if (KINDS[kind].parents === RELATIONS) return relationsOf(now).has(parent);
  if (kind === 'domainConstraint')
    return now.objects.domain.some(({ schema, name }) => keyOf([schema, name]) === parent);
  if (kind === 'defaultPrivileges') return (object as DefaultPrivileges).schema !== '';
  if (kind === 'sequence') {
    const { ownedBy } = object as Sequence;
    if (ownedBy && !relationsOf(now).has(keyOf([ownedBy.schema, ownedBy.table]))) return false;
  }
  // Everything else in a dropped schema is gone with it.
  return kind === 'namespace' || now.namespaces.includes(placeOf(kind, object).schema);
}

function addChanged(
  kind: Kind,
  former: AnyObject,
  object: AnyObject,
  lists: Record<Kind, AnyObject[]>,
): void {
  if (kind === 'defaultPrivileges') lists[kind].push(...changedDefaults(former, object));
  else if (kind === 'column') lists[kind].push(...changedColumn(former, object));
  else if (RELATIONS.some((relation) => relation === kind) && isSameBut(TABLE_FACTS, former, object)) {
    lists.externalTable.push(...changedTable(former, object));
  } else if (isSameBut(REMARKS, former, object)) {
    lists.externalObject.push(...changedObject(kind, former, object));
  } else if (kind !== 'namespace' && kind !== 'extension') {
    lists[kind].push(withChangedRemarks(kind, former, object));
  }
}

/** What may change of an object without a change of its definition. */
const REMARKS: readonly string[] = ['comment', 'owner', 'grants', 'revokes'];

/** The facts of a table that stand in a report without the table. */
const TABLE_FACTS: readonly string[] = [
  ...REMARKS,
  'accessMethod',
  'options',
  'replicaIdentity',
  'rowSecurity',
  'tablespace',
  'toastOptions',
  'unlogged',
];

function isSameBut(facts: readonly string[], former: AnyObject, object: AnyObject): boolean {
  const [was, is] = [former, object].map((each) =>
    Object.entries(fieldsOf(each)).filter(([fact]) => !facts.includes(fact)),
  );
  return isDeepStrictEqual(was, is);
}

type Remarks = Commented & Granted & Owned;

/** The remarks that changed. A removed comment, or the owner of most objects, cannot be expressed. */
function remarksSince(kind: Kind, former: AnyObject, object: AnyObject): Remarks {
  const [was, is] = [former as Remarks, object as Remarks];
  return {
    ...(is.owner !== undefined && is.owner !== was.owner && { owner: is.owner }),
    ...privilegesSince(was, is, kind),
    ...(is.comment !== undefined && is.comment !== was.comment && { comment: is.comment }),
  };
}

function withChangedRemarks(kind: Kind, former: AnyObject, object: AnyObject): AnyObject {
  const definition = Object.entries(fieldsOf(object)).filter(([fact]) => !REMARKS.includes(fact));
  const copy: unknown = { ...Object.fromEntries(definition), ...remarksSince(kind, former, object) };
  return copy as AnyObject;
}

function changedObject(kind: Kind, former: AnyObject, object: AnyObject): ExternalObject[] {
  const changed = { ...placeOf(kind, object), ...remarksSince(kind, former, object) };
  return hasFacts('externalObject', changed) ? [changed] : [];
}

/** A fact that the migrations reset has the name of its default. */
function changedTable(former: AnyObject, object: AnyObject): ExternalTable[] {
  const [was, is] = [former as Table, object as Table];
  const { replicaIdentity = 'default', rowSecurity = 'disabled' } = is;
  const stored = (['accessMethod', 'options', 'tablespace', 'toastOptions', 'unlogged'] as const).filter(
    (fact) => is[fact] !== undefined && !isDeepStrictEqual(is[fact], was[fact]),
  );
  const changed: ExternalTable = {
    schema: is.schema,
    name: is.name,
    ...Object.fromEntries(stored.map((fact) => [fact, is[fact]])),
    ...(is.replicaIdentity !== was.replicaIdentity && { replicaIdentity }),
    ...(is.rowSecurity !== was.rowSecurity && { rowSecurity }),
    ...remarksSince('table', was, is),
  };
  return hasFacts('externalTable', changed) ? [changed] : [];
}

/** Only the privileges and the comment if nothing else changed, else the whole column. */
function changedColumn(former: AnyObject, object: AnyObject): Column[] {
  const [was, is] = [former as Column, object as Column];
  if (!isSameBut(REMARKS, was, is)) return [withChangedRemarks('column', was, is) as Column];
  const { schema, relation, name } = is;
  const changed = { schema, relation, name, ...remarksSince('column', was, is) };
  return hasFacts('column', changed) ? [changed] : [];
}

function changedDefaults(former: AnyObject, object: AnyObject | undefined): DefaultPrivileges[] {
  const { role, schema, on } = former as DefaultPrivileges;
  const now = (object ?? {}) as Granted;
  const changed = { role, schema, on, ...privilegesSince(former as Granted, now, on) };
  return schema !== '' && hasFacts('defaultPrivileges', changed) ? [changed] : [];
}
