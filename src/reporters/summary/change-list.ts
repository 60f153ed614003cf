import type { ExplainedChange, Verdict } from '../../outcome.js';
import { ALL_KINDS, type Kind } from '../../schema/kinds.js';
import type { Sequence } from '../../schema/kinds/sequence.js';
import { byCodePoint, keyOf } from '../../schema/model.js';
import { groupBy } from '../../util/group-by.js';
import { omitUndefined } from '../../util/omit-undefined.js';
import {
  describeChange,
  groupOf,
  isFactOfRelation,
  type DescribedChange,
  type FactChange,
} from './describe-change.js';
import { displayName } from './display-name.js';

/** A line of the change list: a change in words, and what is known of it. */
export interface ListedChange extends DescribedChange {
  /** The changes that the line describes: one, or several changed facts of one object. */
  readonly changes: readonly ExplainedChange[];
  readonly isBreaking: boolean;
  /** It is reported, but does not fail. */
  readonly isIgnored: boolean;
  readonly verdict?: Verdict;
  /** The migration that made it. */
  readonly migration?: string;
}

/** The verdicts in the order in which their changes are listed: what a person has to look at comes first. */
export const VERDICTS: readonly Verdict[] = ['out of band', 'ahead', 'stale report', 'pending'];

/**
 * The lines of the change list. An object has one line: tables come first, then views, functions and all other objects,
 * each by name. A sequence that comes or goes with its `serial` column has no line of its own.
 */
export function listChanges(changes: readonly ExplainedChange[]): readonly ListedChange[] {
  return [...groupBy(withoutSerialSequences(changes), lineKey).values()]
    .flatMap((members) => placedLine(members))
    .sort(
      (a, b) => verdictRank(a.line) - verdictRank(b.line) || a.rank - b.rank || byCodePoint(a.name, b.name),
    )
    .map(({ line }) => line);
}

const verdictRank = ({ verdict }: ListedChange) => (verdict === undefined ? -1 : VERDICTS.indexOf(verdict));

/** Changed facts of one object share a line, unless they come from different migrations. */
function lineKey({ change, verdict, migration, isAllowed }: ExplainedChange): string {
  const { type, kind, identity } = change;
  const fact = isFactOfRelation(change) ? change.fact : '';
  return keyOf([type, kind, ...identity, fact, verdict ?? '', migration ?? '', String(isAllowed)]);
}

/** The line of some changes, with its place in the list. */
interface PlacedLine {
  readonly rank: number;
  readonly name: string;
  readonly line: ListedChange;
}

/** There may be very many changes: this makes no more objects than it has to. */
function placedLine(members: readonly ExplainedChange[]): readonly PlacedLine[] {
  const [first] = members;
  if (!first) return [];
  const { change, verdict, migration, isAllowed } = first;
  const group = groupOf(change);
  const { kind, name } = group ?? { kind: change.kind, name: displayName(change.identity) };
  const line = {
    ...describeChange(change, members.length === 1 ? [] : factChangesOf(members.slice(1)), group),
    changes: members,
    isBreaking: members.some((each) => each.change.class === 'breaking'),
    isIgnored: isAllowed === true,
  };
  const isExplained = verdict !== undefined || migration !== undefined;
  return [
    {
      rank: RANKS[kind],
      name,
      line: isExplained ? { ...line, ...omitUndefined({ verdict, migration }) } : line,
    },
  ];
}

const factChangesOf = (changes: readonly ExplainedChange[]) =>
  changes.flatMap(({ change }): FactChange[] => (change.type === 'changed' ? [change] : []));

const FIRST_KINDS: readonly (readonly Kind[])[] = [
  ['table', 'foreignTable', 'externalTable'],
  ['view', 'materializedView'],
  ['function', 'procedure', 'aggregate'],
];

/** Where the relation of a change, or its object if it is not in a relation, stands in the list. */
const RANKS = Object.fromEntries(
  ALL_KINDS.map((kind, at) => {
    const rank = FIRST_KINDS.findIndex((kinds) => kinds.includes(kind));
    return [kind, rank === -1 ? FIRST_KINDS.length + at : rank];
  }),
) as Readonly<Record<Kind, number>>;

/** The sequence of a `serial` column is a part of the column. */
function withoutSerialSequences(changes: readonly ExplainedChange[]): readonly ExplainedChange[] {
  if (!changes.some((explained) => sequenceOf(explained)?.ownedBy)) return changes;
  const key = ({ change, verdict }: ExplainedChange, kind: Kind, identity: readonly string[]) =>
    keyOf([change.type, verdict ?? '', kind, ...identity]);
  const objects = new Set(
    changes.map((explained) => key(explained, explained.change.kind, explained.change.identity)),
  );
  return changes.filter((explained) => {
    const { ownedBy, ...sequence } = sequenceOf(explained) ?? {};
    if (!ownedBy || Object.keys(sequence).some((field) => !SERIAL.includes(field))) return true;
    const { schema, table, column } = ownedBy;
    return (
      !objects.has(key(explained, 'table', [schema, table])) &&
      !objects.has(key(explained, 'column', [schema, table, column]))
    );
  });
}

/** All that there is to say of the sequence of a `serial` column. */
const SERIAL: readonly string[] = ['schema', 'name', 'dataType'];

function sequenceOf({ change }: ExplainedChange): Partial<Sequence> | undefined {
  if (change.kind !== 'sequence' || (change.type !== 'added' && change.type !== 'removed')) return undefined;
  return (change.type === 'added' ? change.after : change.before) as Sequence;
}
