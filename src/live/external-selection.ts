import { RELATIONS, type Granted } from '../schema/definition.js';
import { EXTERNAL_KINDS, placeOf, PLACED_KINDS } from '../schema/external-objects.js';
import { hasFacts } from '../schema/external-tables.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import type { ExternalTable } from '../schema/kinds/external-table.js';
import { fieldsOf, keyOf, noObjects, objectKey, type ObjectsByKind, type Schema } from '../schema/model.js';

/**
 * The part of a live database that a report's external objects are compared with: the objects with the same identities,
 * and of objects that the migrations did not create only the facts that the report has. The platform created everything
 * else there.
 */
export function selectExternal(wanted: ObjectsByKind, live: Schema): ObjectsByKind {
  const selected = noObjects();
  const lists: Record<Kind, AnyObject[]> = selected;
  const relations = new Map(
    RELATIONS.flatMap((kind) =>
      live.objects[kind].map((object): [string, AnyObject] => [keyOf([object.schema, object.name]), object]),
    ),
  );
  for (const table of wanted.externalTable) {
    const object = relations.get(keyOf([table.schema, table.name]));
    if (object) selected.externalTable.push(...factsOf('externalTable', table, withDefaults(table, object)));
  }
  const placed = placedObjects(wanted, live);
  for (const each of wanted.externalObject) {
    const object = placed.get(objectKey('externalObject', each));
    if (each.dropped) {
      if (!object) selected.externalObject.push(each);
    } else if (object) selected.externalObject.push(...factsOf('externalObject', each, object));
  }
  for (const kind of EXTERNAL_KINDS) {
    const reported = new Map(
      wanted[kind].map((object): [string, AnyObject] => [objectKey(kind, object), object]),
    );
    for (const object of live.objects[kind]) {
      const each = reported.get(objectKey(kind, object));
      if (!each) continue;
      if (isInPart(kind, each)) lists[kind].push(...factsOf(kind, each, object));
      else lists[kind].push(wholeOf(each, object));
    }
  }
  return selected;
}

/** The objects of a live database that a report's `ExternalObject`s may be about, by the keys of these. */
function placedObjects(wanted: ObjectsByKind, live: Schema): ReadonlyMap<string, AnyObject> {
  if (wanted.externalObject.length === 0) return new Map();
  return new Map(
    PLACED_KINDS.flatMap((kind) =>
      live.objects[kind].map((object): [string, AnyObject] => [
        objectKey('externalObject', placeOf(kind, object)),
        object,
      ]),
    ),
  );
}

/** Whether a report has only some facts of an object: a column without a type, or default privileges. */
const isInPart = (kind: Kind, wanted: AnyObject) =>
  kind === 'defaultPrivileges' || (kind === 'column' && fieldsOf(wanted).type === undefined);

/** A fact that the migrations reset has the name of its default. */
function withDefaults(wanted: ExternalTable, live: AnyObject): AnyObject {
  const { replicaIdentity = 'default', rowSecurity = 'disabled' } = fieldsOf(live);
  const copy: unknown = {
    ...live,
    ...(wanted.replicaIdentity === 'default' && { replicaIdentity }),
    ...(wanted.rowSecurity === 'disabled' && { rowSecurity }),
  };
  return copy as AnyObject;
}

/** Of a live object, the facts that the report has; none if it has none of them. */
function factsOf<O extends AnyObject>(kind: Kind, wanted: O, live: AnyObject): O[] {
  const { grants: _grants, revokes: _revokes, ...facts } = fieldsOf(wanted);
  const now = fieldsOf({ ...live, ...identityFields(kind, wanted) });
  const same = Object.fromEntries(
    Object.keys(facts).flatMap((fact) => (now[fact] === undefined ? [] : [[fact, now[fact]]])),
  );
  const found: unknown = { ...same, ...privilegesWithin(wanted as Granted, live as Granted) };
  return hasFacts(kind, found as O) ? [found as O] : [];
}

/** An external object is identified by other fields than the object that it is about. */
const identityFields = (kind: Kind, wanted: AnyObject) =>
  Object.fromEntries(KINDS[kind].identity.map((field) => [field, fieldsOf(wanted)[field]]));

/** An object that the migrations created. The owner is compared only if the report has one. */
function wholeOf(wanted: AnyObject, live: AnyObject): AnyObject {
  const { owner, grants: _grants, revokes: _revokes, ...facts } = fieldsOf(live);
  const object: unknown = {
    ...facts,
    ...('owner' in wanted && owner !== undefined && { owner }),
    ...privilegesWithin(wanted as Granted, live as Granted),
  };
  return object as AnyObject;
}

/** The privileges that both sides have, and those that both lack. */
function privilegesWithin(wanted: Granted, live: Granted): Granted {
  const grants = (wanted.grants ?? []).flatMap((grant) => {
    const found = live.grants?.find(({ to, grantable }) => to === grant.to && grantable === grant.grantable);
    const privileges = common(grant.privileges, found?.privileges ?? []);
    return privileges.length === 0 ? [] : [{ ...grant, privileges }];
  });
  const revokes = (wanted.revokes ?? []).flatMap((revocation) => {
    const { from, role, privileges } = revocation;
    const lacking =
      from === 'role'
        ? notIn(privileges, heldBy(role ?? '', live))
        : common(privileges, live.revokes?.find((each) => each.from === from)?.privileges ?? []);
    return lacking.length === 0 ? [] : [{ ...revocation, privileges: lacking }];
  });
  return { ...(grants.length > 0 && { grants }), ...(revokes.length > 0 && { revokes }) };
}

const heldBy = (role: string, { grants = [] }: Granted): readonly string[] =>
  grants.filter(({ to }) => to === role).flatMap(({ privileges }) => privileges);

/** `all` stands for every privilege on the object. */
function common(wanted: readonly string[], live: readonly string[]): readonly string[] {
  if (live.includes('all')) return wanted;
  if (wanted.includes('all')) return live;
  return wanted.filter((privilege) => live.includes(privilege));
}

/** Of revoked privileges, those that the role does not have. Of `all`, every one has to be revoked. */
function notIn(revoked: readonly string[], held: readonly string[]): readonly string[] {
  if (held.length === 0) return revoked;
  return held.includes('all') || revoked.includes('all')
    ? []
    : revoked.filter((privilege) => !held.includes(privilege));
}
