import { RELATIONS, type Granted } from '../schema/definition.js';
import { EXTERNAL_KINDS } from '../schema/external-objects.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import type { ExternalTable } from '../schema/kinds/external-table.js';
import { fieldsOf, keyOf, noObjects, objectKey, type ObjectsByKind, type Schema } from '../schema/model.js';

/**
 * The part of a live database that a report's external objects are compared with: the objects with the same identities,
 * and of their tables only the facts that the report has. The platform created everything else there.
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
    if (object) selected.externalTable.push(...sameFacts(table, object));
  }
  for (const kind of EXTERNAL_KINDS) {
    const reported = new Map(
      wanted[kind].map((object): [string, AnyObject] => [objectKey(kind, object), object]),
    );
    for (const object of live.objects[kind]) {
      const each = reported.get(objectKey(kind, object));
      if (each) lists[kind].push(...sameShape(each, object));
    }
  }
  return selected;
}

/** Of a table or a column whose object in the report has only some facts: the same ones. */
function sameFacts(wanted: ExternalTable, live: AnyObject): ExternalTable[] {
  const { schema, name, grants, revokes, ...facts } = wanted;
  const now = fieldsOf(live);
  const same = Object.fromEntries(
    Object.keys(facts).flatMap((fact) => (now[fact] === undefined ? [] : [[fact, now[fact]]])),
  );
  const found = {
    ...same,
    ...grantsWithin({ grants: grants ?? [], revokes: revokes ?? [] }, live as Granted),
  };
  return Object.keys(found).length === 0 ? [] : [{ schema, name, ...found }];
}

function sameShape(wanted: AnyObject, live: AnyObject): AnyObject[] {
  const { owner: _owner, grants: _grants, revokes: _revokes, ...facts } = fieldsOf(live);
  const isRemark = 'relation' in wanted && wanted.type === undefined;
  const kept = Object.entries(facts).filter(([fact]) => !isRemark || fact in wanted);
  const granted = grantsWithin(wanted as Granted, live as Granted);
  // A column that lacks the only facts that the report has of it is missing.
  if (isRemark && kept.length === KINDS.column.identity.length && Object.keys(granted).length === 0)
    return [];
  const object: unknown = { ...Object.fromEntries(kept), ...granted };
  return [object as AnyObject];
}

/** The privileges that both sides have. */
function grantsWithin(wanted: Granted, live: Granted): Granted {
  const grants = (wanted.grants ?? []).flatMap((grant) => {
    const found = live.grants?.find(({ to, grantable }) => to === grant.to && grantable === grant.grantable);
    const privileges = common(grant.privileges, found?.privileges ?? []);
    return privileges.length === 0 ? [] : [{ ...grant, privileges }];
  });
  const revokes = (wanted.revokes ?? []).flatMap((revocation) => {
    const found = live.revokes?.find(({ from }) => from === revocation.from);
    const privileges = common(revocation.privileges, found?.privileges ?? []);
    return privileges.length === 0 ? [] : [{ ...revocation, privileges }];
  });
  return { ...(grants.length > 0 && { grants }), ...(revokes.length > 0 && { revokes }) };
}

/** `all` stands for every privilege on the object. */
function common(wanted: readonly string[], live: readonly string[]): readonly string[] {
  if (live.includes('all')) return wanted;
  if (wanted.includes('all')) return live;
  return wanted.filter((privilege) => live.includes(privilege));
}
