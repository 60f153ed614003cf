import picomatch from 'picomatch';
import type { IgnoreRule } from '../config/ignore-rule.js';
import { PRESETS, type Addition, type Preset, type PresetName } from '../config/presets.js';
import { compare, type Change } from '../schema/compare.js';
import type { Grant } from '../schema/definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { identityOf, noObjects, type ObjectsByKind, type Schema } from '../schema/model.js';
import { revert } from '../schema/undo-changes.js';

/** What was left out of a comparison, and why. */
interface LeftOut {
  /** `preset: migration-tools`, or `rule: ` and the rule's own reason. */
  readonly reason: string;
  /** How many differences. */
  readonly count: number;
}

export interface IgnoreOptions {
  readonly presets: readonly PresetName[];
  readonly rules: readonly IgnoreRule[];
  /** `YYYY-MM-DD`: rules that expired before it hold no longer. */
  readonly today: string;
}

export interface Remaining {
  /** The live schema, in which everything that is left out has the report's value. */
  readonly schema: Schema;
  readonly leftOut: readonly LeftOut[];
  /** The rules that something needed. */
  readonly used: readonly IgnoreRule[];
}

/** Takes out of a live schema what presets and rules say is no difference from the report. */
export function ignoreChanges(
  { report, live }: { readonly report: Schema; readonly live: Schema },
  { presets, rules, today }: IgnoreOptions,
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
    const reason = `preset: ${name}`;
    schema = withoutGrantsTo(preset.roles ?? [], { report, live: schema });
    const matchers = preset.additions.map((addition) => additionMatcher(addition, { report, live }));
    take(reason, (change) => matchers.some((matches) => matches(change)));
  }
  const used = rules.filter(
    (rule) => !isExpired(rule, today) && take(`rule: ${rule.reason}`, ruleMatcher(rule)) > 0,
  );
  return { schema, leftOut, used };
}

/** Sentences on rules that expired, or that nothing needed in any of the databases that were looked at. */
export function ruleWarnings(
  { rules, today }: Pick<IgnoreOptions, 'rules' | 'today'>,
  used: ReadonlySet<IgnoreRule>,
): readonly string[] {
  return rules.flatMap((rule) => {
    const about = `the ignore rule for ${ruleText(rule)} (${rule.reason})`;
    if (isExpired(rule, today)) return [`${about} expired on ${rule.expires ?? ''}`];
    return used.has(rule) ? [] : [`no difference needs ${about}`];
  });
}

const isExpired = ({ expires }: IgnoreRule, today: string) => expires !== undefined && expires < today;

const matcher = (globs: readonly string[] | undefined): ((name: string) => boolean) =>
  globs === undefined ? () => true : picomatch([...globs], { bash: true, dot: true });

function additionMatcher(
  { kinds, names, partitionsOnly }: Addition,
  schemas: { readonly report: Schema; readonly live: Schema },
): (change: Change) => boolean {
  const isName = matcher(names);
  return (change) =>
    change.type === 'added' &&
    kinds.includes(change.kind) &&
    isName(nameOf(change)) &&
    (partitionsOnly !== true || isPartitionOfReported(change.after, schemas));
}

/** Whether an object is a partition of a table that the report has, or a partition of such a partition. */
function isPartitionOfReported(
  object: AnyObject,
  schemas: { readonly report: Schema; readonly live: Schema },
): boolean {
  if (!('partitionOf' in object) || !('table' in object.partitionOf)) return false;
  const { schema, table } = object.partitionOf;
  const parentIn = ({ objects }: Schema) =>
    objects.table.find((each) => each.schema === schema && each.name === table);
  if (parentIn(schemas.report)) return true;
  const parent = parentIn(schemas.live);
  return parent !== undefined && isPartitionOfReported(parent, schemas);
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
/** `orders`, `orders.total`: without the schema, and without the arguments by which a function is told from others. */
function nameOf({ kind, identity }: Change): string {
  if (!hasSchema(kind)) return identity.join('.');
  return KINDS[kind].parents === undefined ? (identity[1] ?? '') : identity.slice(1).join('.');
}

/** `index orders.*_tmp in schema app`. */
const ruleText = ({ kind, schema, name, fact }: IgnoreRule) =>
  [
    fact !== undefined && `${fact} of`,
    kind === undefined ? 'anything' : KINDS[kind].noun,
    name,
    schema !== undefined && `in schema ${schema}`,
  ]
    .filter((part) => part !== false && part !== undefined)
    .join(' ');

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
