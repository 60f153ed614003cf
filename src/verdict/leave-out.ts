import picomatch from 'picomatch';
import type { IgnoreRule } from '../config/ignore-rule.js';
import { compare, type Change } from '../schema/compare.js';
import type { Grant } from '../schema/definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { identityOf, noObjects, type ObjectsByKind, type Schema } from '../schema/model.js';
import { revert } from '../schema/revert.js';
import { PRESETS, type Addition, type Preset, type PresetName } from './presets.js';

/** What was left out of a comparison, and why. */
export interface LeftOut {
  /** `preset migration-tools`, or a rule's own reason. */
  readonly reason: string;
  /** How many differences. */
  readonly count: number;
}

export interface Leaving {
  readonly presets: readonly PresetName[];
  readonly rules: readonly IgnoreRule[];
  /** `YYYY-MM-DD`: rules that expired before it hold no longer. */
  readonly today: string;
}

export interface Remaining {
  /** The live schema, in which everything that is left out has the report's value. */
  readonly schema: Schema;
  readonly leftOut: readonly LeftOut[];
  /** Rules that expired, or that nothing needed: sentences. */
  readonly warnings: readonly string[];
}

/** Takes out of a live schema what presets and rules say is no difference from the report. */
export function leaveOut(
  { report, live }: { readonly report: Schema; readonly live: Schema },
  { presets, rules, today }: Leaving,
): Remaining {
  const leftOut: LeftOut[] = [];
  let schema = live;
  const take = (reason: string, isMeant: (change: Change) => boolean): number => {
    const changes = compare({ from: report, to: schema }).filter(isMeant);
    if (changes.length > 0) {
      schema = revert(changes, { from: report, to: schema });
      leftOut.push({ reason, count: changes.length });
    }
    return changes.length;
  };
  for (const name of presets) {
    const preset: Preset = PRESETS[name];
    const reason = `preset ${name}`;
    schema = withoutGrantsTo(preset.roles ?? [], { report, live: schema });
    const matchers = preset.additions.map((addition) => additionMatcher(addition, report));
    take(reason, (change) => matchers.some((matches) => matches(change)));
  }
  const current = rules.filter(({ expires }) => expires === undefined || expires >= today);
  const unused = current.filter((rule) => take(rule.reason, ruleMatcher(rule)) === 0);
  return {
    schema,
    leftOut,
    warnings: [
      ...rules
        .filter((rule) => !current.includes(rule))
        .map(
          (rule) =>
            `The ignore rule for ${ruleText(rule)} expired on ${rule.expires ?? ''} (${rule.reason}).`,
        ),
      ...unused.map((rule) => `No difference needs the ignore rule for ${ruleText(rule)} (${rule.reason}).`),
    ],
  };
}

const matcher = (globs: readonly string[] | undefined): ((name: string) => boolean) =>
  globs === undefined ? () => true : picomatch([...globs], { bash: true, dot: true });

function additionMatcher(
  { kinds, names, partitionsOnly }: Addition,
  report: Schema,
): (change: Change) => boolean {
  const isName = matcher(names);
  const isPartition = (object: AnyObject) => {
    if (!('partitionOf' in object) || !('table' in object.partitionOf)) return false;
    const { schema, table } = object.partitionOf;
    return report.objects.table.some((each) => each.schema === schema && each.name === table);
  };
  return (change) =>
    change.type === 'added' &&
    kinds.includes(change.kind) &&
    isName(nameOf(change)) &&
    (partitionsOnly !== true || isPartition(change.after));
}

function ruleMatcher({ kind, schema, name, fact }: IgnoreRule): (change: Change) => boolean {
  const isSchema = matcher(schema === undefined ? undefined : [schema]);
  const isName = matcher(name === undefined ? undefined : [name]);
  return (change) =>
    (kind === undefined || change.kind === kind) &&
    isSchema(schemaOf(change)) &&
    isName(nameOf(change)) &&
    (fact === undefined || (change.type === 'changed' && change.fact === fact));
}

const hasSchema = (kind: Kind) => KINDS[kind].identity[0] === 'schema';
const schemaOf = ({ kind, identity }: Change) => (hasSchema(kind) ? (identity[0] ?? '') : '');
/** `orders`, `orders.total`: without the schema. */
const nameOf = ({ kind, identity }: Change) => (hasSchema(kind) ? identity.slice(1) : identity).join('.');

const ruleText = ({ kind, schema, name, fact }: IgnoreRule) =>
  [
    ...(kind === undefined ? [] : [KINDS[kind].noun]),
    ...(name === undefined ? [] : [name]),
    ...(schema === undefined ? [] : [`in schema ${schema}`]),
    ...(fact === undefined ? [] : [`(${fact})`]),
  ].join(' ');

interface Granted {
  readonly grants?: readonly Grant[];
}

/** Privileges of some roles, where the report knows nothing of them. */
function withoutGrantsTo(
  roles: readonly string[],
  { report, live }: { readonly report: Schema; readonly live: Schema },
): Schema {
  if (roles.length === 0) return live;
  const objects = noObjects() as Record<Kind, AnyObject[]>;
  for (const kind of ALL_KINDS) {
    const known = new Map(
      report.objects[kind].map((object) => [
        JSON.stringify(identityOf(kind, object)),
        (object as Granted).grants ?? [],
      ]),
    );
    objects[kind] = live.objects[kind].map((object) => {
      const { grants, ...others } = object as Granted;
      if (grants === undefined) return object;
      const reported = known.get(JSON.stringify(identityOf(kind, object))) ?? [];
      const kept = grants.filter(({ to }) => !roles.includes(to) || reported.some((each) => each.to === to));
      return (kept.length === 0 ? others : { ...others, grants: kept }) as AnyObject;
    });
  }
  return { ...live, objects: objects as unknown as ObjectsByKind };
}
