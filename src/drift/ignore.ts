import picomatch from 'picomatch';
import type { IgnoreRule } from '../config/ignore-rule.js';
import { PRESETS, type Addition, type Preset, type PresetName } from '../config/presets.js';
import { compare, type Change } from '../schema/compare.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { undoChanges } from '../schema/undo-changes.js';
import { ignoreGrants } from './ignore-grants.js';

export interface IgnoreOptions {
  readonly presets: readonly PresetName[];
  readonly rules: readonly IgnoreRule[];
  /** `YYYY-MM-DD`: a rule that expired before this day is not applied. */
  readonly today: string;
}

/** The two schemas of a live check. */
interface Compared {
  readonly report: Schema;
  readonly live: Schema;
  /** The role that reads the database, and the roles through which it may read. */
  readonly readers?: readonly string[];
}

export interface Remaining {
  /** The live schema, with the report's value for everything that is ignored. */
  readonly schema: Schema;
  /** What was ignored: `reader: app_ro`, `preset: rds` or `rule: ` with the rule's reason, and how many differences. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** The rules that matched a difference. */
  readonly used: readonly IgnoreRule[];
}

/** Ignores the changes that it matches. */
interface Matcher {
  readonly reason: string;
  readonly rule?: IgnoreRule;
  readonly matches: (change: Change) => boolean;
}

/**
 * Removes from a live schema what is not a difference from the report: what presets and ignore rules name, and the
 * privileges by which driftmark itself reads. Each difference counts for the first preset or rule that matches it.
 */
export function ignoreChanges(compared: Compared, { presets, rules, today }: IgnoreOptions): Remaining {
  const { report } = compared;
  const counts = new Map<string, number>();
  const count = (reason: string): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  };
  const matchers: readonly Matcher[] = [
    ...presets.map((name) => presetMatcher(name, compared)),
    ...rules.filter((rule) => !isExpired(rule, today)).map(ruleMatcher),
  ];
  const used = new Set<IgnoreRule>();
  let schema = ignoreGrants(compared, presets, count);
  // Undoing changes may uncover others: an object that was paired with an ignored one as its new name.
  for (;;) {
    const ignored = compare({ from: report, to: schema }).filter((change) => {
      const matcher = matchers.find(({ matches }) => matches(change));
      if (!matcher) return false;
      count(matcher.reason);
      if (matcher.rule) used.add(matcher.rule);
      return true;
    });
    if (ignored.length === 0) break;
    schema = undoChanges(ignored, { from: report, to: schema });
  }
  return {
    schema,
    leftOut: [...counts].map(([reason, number]) => ({ reason, count: number })),
    used: [...used],
  };
}

/** Warnings on rules that expired, or that matched no difference in any of the databases. */
export function ruleWarnings(
  { rules, today }: Pick<IgnoreOptions, 'rules' | 'today'>,
  used: ReadonlySet<IgnoreRule>,
): readonly string[] {
  return rules.flatMap((rule) => {
    const text = `${ruleText(rule)} (${rule.reason})`;
    if (isExpired(rule, today)) return [`ignore rule expired on ${rule.expires ?? ''}: ${text}`];
    return used.has(rule) ? [] : [`unused ignore rule: ${text}`];
  });
}

const isExpired = ({ expires }: IgnoreRule, today: string) => expires !== undefined && expires < today;

const globMatcher = (globs: readonly string[] | undefined): ((name: string) => boolean) =>
  globs === undefined ? () => true : picomatch([...globs], { bash: true, dot: true });

function presetMatcher(name: PresetName, compared: Compared): Matcher {
  const preset: Preset = PRESETS[name];
  const additions = preset.additions.map((addition) => additionMatcher(addition, compared));
  return { reason: `preset: ${name}`, matches: (change) => additions.some((matches) => matches(change)) };
}

function additionMatcher(
  { kinds, names, partitionsOnly }: Addition,
  compared: Compared,
): (change: Change) => boolean {
  const isName = globMatcher(names);
  return (change) =>
    change.type === 'added' &&
    kinds.includes(change.kind) &&
    isName(nameOf(change)) &&
    (partitionsOnly !== true || isPartitionOfReported(change.after, compared));
}

/** Whether an object is a partition, on any level, of a table that the report has. */
function isPartitionOfReported(object: AnyObject, compared: Compared): boolean {
  if (!('partitionOf' in object) || !('table' in object.partitionOf)) return false;
  const { schema, table } = object.partitionOf;
  const parentIn = ({ objects }: Schema) =>
    objects.table.find((each) => each.schema === schema && each.name === table);
  if (parentIn(compared.report)) return true;
  const parent = parentIn(compared.live);
  return parent !== undefined && isPartitionOfReported(parent, compared);
}

function ruleMatcher(rule: IgnoreRule): Matcher {
  const { kind, schema, name, fact } = rule;
  const isSchema = globMatcher(schema === undefined ? undefined : [schema]);
  const isName = globMatcher(name === undefined ? undefined : [name]);
  return {
    reason: `rule: ${rule.reason}`,
    rule,
    matches: (change) =>
      (kind === undefined || change.kind === kind) &&
      isSchema(schemaOf(change)) &&
      isName(nameOf(change)) &&
      (fact === undefined || (change.type === 'changed' && change.fact === fact)),
  };
}

const hasSchema = (kind: Kind) => KINDS[kind].identity[0] === 'schema';
const schemaOf = ({ kind, identity }: Change) => (hasSchema(kind) ? (identity[0] ?? '') : '');

/** `orders`, `orders.total`: the name without its schema, and without the argument types of a function. */
function nameOf({ kind, identity }: Change): string {
  if (!hasSchema(kind)) return identity.join('.');
  return KINDS[kind].parents === undefined ? (identity[1] ?? '') : identity.slice(1).join('.');
}

/** `index orders.*_tmp in schema app`. */
const ruleText = ({ kind, schema, name, fact }: IgnoreRule) =>
  [
    fact !== undefined && `${fact} of`,
    kind === undefined ? 'any object' : KINDS[kind].noun,
    name,
    schema !== undefined && `in schema ${schema}`,
  ]
    .filter((part) => part !== false && part !== undefined)
    .join(' ');
