import { PRESETS, type Preset, type PresetName } from '../config/presets.js';
import type { Grant } from '../schema/definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { identityOf, keyOf, noObjects, type ObjectsByKind, type Schema } from '../schema/model.js';

interface Compared {
  readonly report: Schema;
  readonly live: Schema;
  readonly readers?: readonly string[];
}

/** The grants of one object. */
interface Context {
  readonly kind: Kind;
  /** The grants that the report has for it. */
  readonly reported: readonly Grant[];
}

/** What is left of a grant; undefined for all of it. */
interface Filter {
  readonly reason: string;
  readonly remaining: (grant: Grant, context: Context) => Grant | undefined;
}

/**
 * A live schema without the privileges that do not belong to the project: those of a hosting provider's roles, and
 * those by which the role that runs the check reads.
 * @param count called with the reason, once for each object of the report that loses a grant.
 */
export function ignoreGrants(
  { report, live, readers = [] }: Compared,
  presets: readonly PresetName[],
  count: (reason: string) => void,
): Schema {
  const filters = [...readerFilters(readers, report), ...presets.flatMap(presetFilter)];
  if (filters.length === 0) return live;
  const objects = noObjects() as Record<Kind, AnyObject[]>;
  for (const kind of ALL_KINDS) {
    const known = new Map(
      report.objects[kind].map((object) => [keyOf(identityOf(kind, object)), grantsOf(object) ?? []]),
    );
    objects[kind] = live.objects[kind].flatMap((object) => {
      const grants = grantsOf(object);
      if (grants === undefined) return [object];
      const reported = known.get(keyOf(identityOf(kind, object)));
      const ignored = new Set<string>();
      const kept = grants.flatMap((grant) => {
        let rest: Grant | undefined = grant;
        for (const { reason, remaining } of filters) {
          const before: Grant | undefined = rest;
          rest = before && remaining(before, { kind, reported: reported ?? [] });
          if (rest !== before) ignored.add(reason);
        }
        return rest ?? [];
      });
      if (ignored.size === 0) return [object];
      const rest = withGrants(object, kept);
      const isGone = !reported && isEmpty(kind, rest);
      if (reported ?? isGone) ignored.forEach(count);
      return isGone ? [] : [rest];
    });
  }
  return { ...live, objects: objects as unknown as ObjectsByKind };
}

const grantsOf = (object: AnyObject) => (object as { readonly grants?: readonly Grant[] }).grants;

function withGrants(object: AnyObject, grants: readonly Grant[]): AnyObject {
  const { grants: _grants, ...others } = object as { readonly grants?: readonly Grant[] };
  const changed: unknown = grants.length === 0 ? others : { ...others, grants };
  return changed as AnyObject;
}

/** Default privileges, and the columns of a view, are in a schema only if they have a property. */
const isEmpty = (kind: Kind, object: AnyObject) =>
  (kind === 'defaultPrivileges' || kind === 'column') &&
  Object.keys(object).length === KINDS[kind].identity.length;

/** A hosting provider's roles: all of their privileges, on an object for which the report does not mention the role. */
function presetFilter(name: PresetName): readonly Filter[] {
  const { roles = [] }: Preset = PRESETS[name];
  return roles.length === 0
    ? []
    : [
        {
          reason: `preset: ${name}`,
          remaining: (grant, { reported }) =>
            (roles.includes(grant.to) || grant.to === '') && !reported.some(({ to }) => to === grant.to)
              ? undefined
              : grant,
        },
      ];
}

/**
 * The privileges by which driftmark reads: USAGE on schemas and SELECT. A role to which the report grants something
 * belongs to the project, and a privilege to write is never needed to read: both are compared.
 */
function readerFilters(readers: readonly string[], report: Schema): readonly Filter[] {
  const ofProject = new Set(
    ALL_KINDS.flatMap((kind) =>
      report.objects[kind].flatMap((object: AnyObject) => (grantsOf(object) ?? []).map(({ to }) => to)),
    ),
  );
  return readers
    .filter((role) => !ofProject.has(role))
    .map((role) => ({
      reason: `reader: ${role}`,
      remaining: (grant, { kind }) => {
        if (grant.to !== role || grant.grantable) return grant;
        const privileges = grant.privileges.filter((privilege) => !isForReading(kind, privilege));
        if (privileges.length === grant.privileges.length) return grant;
        return privileges.length === 0 ? undefined : { ...grant, privileges };
      },
    }));
}

const isForReading = (kind: Kind, privilege: string) =>
  privilege === 'select' || (privilege === 'usage' && (kind === 'namespace' || kind === 'defaultPrivileges'));
