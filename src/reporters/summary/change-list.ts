import type { ExplainedChange, Verdict } from '../../outcome.js';
import { ALL_KINDS, type Kind } from '../../schema/kinds.js';
import type { Sequence } from '../../schema/kinds/sequence.js';
import { byCodePoint, keyOf } from '../../schema/model.js';
import { groupBy } from '../../util/group-by.js';
import { describeChange, groupOf, type DescribedChange, type FactChange } from './describe-change.js';
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
    .flatMap(([first, ...others]) =>
      first ? [{ ...placeOf(first), line: listedChange(first, others) }] : [],
    )
    .sort(
      (a, b) => verdictRank(a.line) - verdictRank(b.line) || a.rank - b.rank || byCodePoint(a.name, b.name),
    )
    .map(({ line }) => line);
}

const verdictRank = ({ verdict }: ListedChange) => (verdict === undefined ? -1 : VERDICTS.indexOf(verdict));

/** Changed facts of one object share a line, unless they come from different migrations. */
function lineKey({ change, verdict, migration, isAllowed }: ExplainedChange): string {
  const { type, kind, identity } = change;
  // A fact of a relation has a line in the group of the relation.
  const fact = type === 'changed' && groupOf(change)?.kind === kind ? change.fact : '';
  return keyOf([type, kind, ...identity, fact, verdict ?? '', migration ?? '', String(isAllowed)]);
}

function listedChange(first: ExplainedChange, others: readonly ExplainedChange[]): ListedChange {
  const { change, verdict, migration, isAllowed } = first;
  const all = [first, ...others];
  return {
    ...describeChange(
      change,
      others.flatMap((other): FactChange[] => (other.change.type === 'changed' ? [other.change] : [])),
    ),
    changes: all,
    isBreaking: all.some((each) => each.change.class === 'breaking'),
    isIgnored: isAllowed === true,
    ...(verdict !== undefined && { verdict }),
    ...(migration !== undefined && { migration }),
  };
}

const FIRST_KINDS: readonly (readonly Kind[])[] = [
  ['table', 'foreignTable', 'externalTable'],
  ['view', 'materializedView'],
  ['function', 'procedure', 'aggregate'],
];

/** Where the relation of a change, or its object if it is not in a relation, stands in the list. */
function placeOf({ change }: ExplainedChange): { readonly rank: number; readonly name: string } {
  const { kind, name } = groupOf(change) ?? { kind: change.kind, name: displayName(change.identity) };
  const rank = FIRST_KINDS.findIndex((kinds) => kinds.includes(kind));
  return { rank: rank === -1 ? FIRST_KINDS.length + ALL_KINDS.indexOf(kind) : rank, name };
}

/** The sequence of a `serial` column is a part of the column. */
function withoutSerialSequences(changes: readonly ExplainedChange[]): readonly ExplainedChange[] {
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
