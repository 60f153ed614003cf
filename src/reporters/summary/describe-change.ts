import { printParts, partFor, WORDS, type Part } from '../../report/grammar.js';
import { commonItems, privilegeItems } from '../../report/items.js';
import { kindReport } from '../../report/kinds.js';
import type { Change, Contents } from '../../schema/compare.js';
import { GRANTED, RELATIONS, type Granted } from '../../schema/definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import type { Column } from '../../schema/kinds/column.js';
import { fieldsOf } from '../../schema/model.js';
import { escapeControls } from '../../util/escape-controls.js';
import { describePrivileges } from './describe-privileges.js';
import { displayName, nameOfChange } from './display-name.js';

/** A change in words, in parts that a reporter may align and colour. Control characters are escaped. */
export interface DescribedChange {
  readonly sign: '+' | '-' | '~';
  /** The relation that it is in, such as `table orders`; absent for an object that is not in a relation. */
  readonly group?: string;
  /** What it is about: `column total`. */
  readonly subject: string;
  /** What is new, or what changed: `numeric(10,2) → numeric(12,2)`. */
  readonly detail: string;
  /** True if the detail does not hold all of a long text: the diff does. */
  readonly isAbridged?: true;
}

/** Several changed facts of one object. */
export type FactChange = Extract<Change, { readonly type: 'changed' }>;

const SIGNS = { added: '+', removed: '-', changed: '~', renamed: '~' } as const;

/** The schema whose objects are named without it. */
const SCOPE = { home: 'public', style: WORDS };

/**
 * Describes a change in words.
 *
 * @param others further changed facts of the same object, which belong to the same line
 */
export function describeChange(
  change: Change,
  others: readonly FactChange[] = [],
  group = groupOf(change),
): DescribedChange {
  // The group names the object of a fact of its own already.
  const isFactOfGroup = isFactOfRelation(change);
  const { text, isAbridged } = detailOf(change, others, isFactOfGroup);
  const described = {
    sign: SIGNS[change.type],
    subject: isFactOfGroup ? spaced(change.fact) : escapeControls(nameOfChange(change)),
    detail: escapeControls(onOneLine(text)),
    ...(isAbridged && { isAbridged }),
  };
  return group
    ? { ...described, group: escapeControls(`${KINDS[group.kind].noun} ${group.name}`) }
    : described;
}

/** The relation that a change is in: the one that its object stands in, or that a fact of its own changed of. */
export function groupOf(change: Change): { readonly kind: Kind; readonly name: string } | undefined {
  const { kind, type, identity, parentKind = 'table' } = change;
  const report = kindReport(kind);
  if (report.layout === 'child' || report.layout === 'columns') {
    const { schema, name } = report.parent(type === 'removed' ? change.before : change.after);
    return { kind: parentKind, name: displayName([schema, name]) };
  }
  return isFactOfRelation(change) ? { kind, name: displayName(identity) } : undefined;
}

/** Whether a change is of a fact of a relation itself: such a fact has a line in the group of the relation. */
export const isFactOfRelation = (change: Change): change is FactChange =>
  change.type === 'changed' && GROUPS.has(change.kind);

const GROUPS: ReadonlySet<Kind> = new Set<Kind>([...RELATIONS, 'externalTable']);

interface Detail {
  readonly text: string;
  readonly isAbridged?: true;
}

function detailOf(change: Change, others: readonly FactChange[], isFactOfGroup: boolean): Detail {
  switch (change.type) {
    case 'added':
      return { text: objectText(change.kind, change.after, change.contents) };
    case 'removed':
      return { text: objectText(change.kind, change.before, change.contents) };
    case 'renamed':
      return { text: `renamed from ${String(fieldsOf(change.before).name)}` };
    case 'changed':
      return isFactOfGroup ? factChange(change, '') : factChanges([change, ...others]);
  }
}

/** An object in words: the rest of its line in the report, or how much is in it. */
function objectText(kind: Kind, object: AnyObject, contents: Contents = {}): string {
  const report = kindReport(kind);
  if (report.layout === 'columns') return columnText(object as Column);
  if (report.layout === 'section') return contentsText(contents);
  const inName: readonly string[] = ['name', ...(kind === 'uncovered' ? KINDS[kind].identity : [])];
  const parts = report.line.filter(({ field }) => !inName.includes(field));
  // Default privileges consist of nothing but privileges.
  const isAllGranted = Object.keys(KINDS[kind].facts).every((fact) => fact in GRANTED);
  const privileges = isAllGranted ? privilegeItems<Granted>().print(object as Granted, SCOPE) : [];
  return [trimmed(printParts(parts, object, SCOPE)), ...privileges].join('; ');
}

const trimmed = (line: string) => line.replace(/^[\s:]+/, '');

/** `(2 columns, 1 index)`. */
function contentsText(contents: Contents): string {
  const counts = ALL_KINDS.flatMap((kind) => {
    const count = contents[kind] ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? KINDS[kind].noun : pluralOf(KINDS[kind].noun)}`];
  });
  return counts.length === 0 ? '' : `(${counts.join(', ')})`;
}

const PLURALS: Readonly<Record<string, string>> = {
  index: 'indexes',
  policy: 'policies',
  statistics: 'statistics',
};
const pluralOf = (noun: string) => PLURALS[noun] ?? `${noun}s`;

function columnText(column: Column): string {
  const { notNull, default: value } = column;
  const facts = partsOf('column').map((part) => part.print(column, SCOPE));
  return [
    typeText(column),
    notNull === true ? 'not null' : '',
    value === undefined ? '' : `default ${value}`,
    ...facts,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

const typeText = ({ type = '', maxLength }: Partial<Column>) =>
  maxLength === undefined ? type : `${type}(${maxLength})`;

/** Changed facts of one object in one line. */
function factChanges(changes: readonly FactChange[]): Detail {
  const [first] = changes;
  if (!first) return { text: '' };
  const { kind } = first;
  if (kind === 'column') return joined(columnChanges(changes));
  const parts = partsOf(kind);
  const inLine = changes.filter(({ fact }) => partFor(parts, fact) !== undefined);
  const beside = changes.filter((change) => !inLine.includes(change));
  const line =
    inLine.length > 1
      ? [{ text: `${objectText(kind, first.before)} → ${objectText(kind, first.after)}` }]
      : inLine.map((change) => factChange(change));
  return joined([...line, ...beside.map((change) => factChange(change))]);
}

function joined(details: readonly Detail[]): Detail {
  return {
    text: details.map(({ text }) => text).join('; '),
    ...(details.some(({ isAbridged }) => isAbridged) && { isAbridged: true }),
  };
}

/** A type and its length are one, and so is everything about NOT NULL. */
function columnChanges(changes: readonly FactChange[]): readonly Detail[] {
  const isOfType = ({ fact }: FactChange) => fact === 'type' || fact === 'maxLength';
  const [typeChange] = changes.filter(isOfType);
  const type = typeChange && {
    text: `${typeText(typeChange.before as Column)} → ${typeText(typeChange.after as Column)}`,
  };
  return [
    ...(type ? [type] : []),
    ...changes.filter((change) => !isOfType(change)).map((change) => factChange(change)),
  ];
}

/** One changed fact: `default 0 → 1`, `unlogged added`, `granted SELECT to reader`. */
function factChange(change: FactChange, label = `${spaced(change.fact)} `): Detail {
  const { kind, fact, before, after } = change;
  if (fact === 'order') return { text: 'moved to another position' };
  if (fact === 'grants' || fact === 'revokes')
    return { text: describePrivileges(fact, before as Granted, after as Granted) };
  const [was, is] = [fieldsOf(before)[fact], fieldsOf(after)[fact]];
  if (fact === 'dropped') return { text: is === true ? 'dropped' : 'not dropped' };
  if (kind === 'column' && fact === 'notNull' && (was === undefined || is === undefined))
    return { text: `${notNullText(was ?? is)} ${was === undefined ? 'added' : 'removed'}` };
  if (isBody(kind, fact)) return bodyChange(label, textOf(was), textOf(is));
  if (kind === 'enum' && fact === 'values') return { text: enumChange(was, is) };
  const part = partOf(kind, fact);
  const isFlag = was === true || is === true;
  // The value says by itself which fact it is.
  const isPhrase = isFlag || part?.isPhrase === true;
  const text = (object: AnyObject) => part?.value(object, SCOPE) ?? valueText(fact, fieldsOf(object)[fact]);
  if (was !== undefined && is !== undefined)
    return { text: `${isPhrase ? '' : label}${text(before)} → ${text(after)}` };
  const verb = was === undefined ? 'added' : 'removed';
  if (isFlag && label === '') return { text: verb };
  const value = text(was === undefined ? after : before);
  if (!isPhrase && STATES.includes(fact))
    return { text: `${label}${is === undefined ? 'no longer ' : ''}${value}` };
  return { text: isPhrase ? `${value} ${verb}` : `${label}${verb}: ${value}` };
}

/** Facts whose values are states: `row security enabled`, `replica identity no longer full`. */
const STATES: readonly string[] = ['rowSecurity', 'replicaIdentity'];

const notNullText = (value: unknown) => (value === true ? 'NOT NULL' : `NOT NULL (${String(value)})`);

/** A value that a report shows in a fenced block. */
function isBody(kind: Kind, fact: string): boolean {
  const report = kindReport(kind);
  return report.layout === 'section' && report.bodies?.some(({ field }) => field === fact) === true;
}

/** Longer values are shortened. */
const MAX_BODY = 80;

function bodyChange(label: string, before: string, after: string): Detail {
  const [was, is] = [before, after].map((text) => onOneLine(text).trim());
  if (before === '' || after === '')
    return { text: `${label}${before === '' ? 'added' : 'removed'}`, isAbridged: true };
  if (was?.replace(/\s+/g, ' ') === is?.replace(/\s+/g, ' '))
    return { text: `${label}changed (white space only)`, isAbridged: true };
  return Math.max(was?.length ?? 0, is?.length ?? 0) > MAX_BODY
    ? { text: `${label}changed`, isAbridged: true }
    : { text: `${label}${was} → ${is}` };
}

/** `+ value calm`; all values if some of them changed places. */
function enumChange(before: unknown, after: unknown): string {
  const [was, is] = [before, after].map((values): readonly string[] =>
    isListOfStrings(values) ? values : [],
  );
  if (!was || !is) return '';
  const removed = was.filter((value) => !is.includes(value));
  const added = is.filter((value) => !was.includes(value));
  const kept = was.filter((value) => is.includes(value));
  const isInOrder = is.filter((value) => was.includes(value)).every((value, at) => value === kept[at]);
  if (!isInOrder) return `values ${valuesText(was)} → ${valuesText(is)}`;
  const signed = (sign: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${sign} value${values.length === 1 ? '' : 's'} ${valuesText(values)}`];
  return [...signed('-', removed), ...signed('+', added)].join('; ');
}

/** A value that could be taken for several ones is quoted. */
const valuesText = (values: readonly string[]) =>
  values
    .map((value) => (/^[^\s,;'→]+( [^\s,;'→]+)*$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`))
    .join(', ');

const isListOfStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The pieces of the line of a kind that has one. */
function partsOf(kind: Kind): readonly Part<AnyObject>[] {
  const report = kindReport(kind);
  return report.layout === 'section' ? [] : report.line;
}

function partOf(kind: Kind, fact: string): Pick<Part<AnyObject>, 'value' | 'isPhrase'> | undefined {
  const report = kindReport(kind);
  const items = report.layout === 'section' ? [report.items, ...Object.values(report.subsections ?? {})] : [];
  return (
    partFor(partsOf(kind), fact) ??
    [commonItems<AnyObject>(), ...items].map((each) => each?.part(fact)).find((part) => part !== undefined)
  );
}

/** A value that no piece of a report prints alone. */
function valueText(fact: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (value === true) return spaced(fact);
  if (Array.isArray(value)) return value.map((each) => valueText(fact, each)).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.values(value)
      .map((each) => valueText(fact, each))
      .join(' ');
  return textOf(value);
}

/** A plain value as a string; empty if it is absent. */
const textOf = (value: unknown) =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** `onDelete` as `on delete`. */
const spaced = (fact: string) => fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The diff shows the indentation of a value of several lines. */
const onOneLine = (text: string) => (text.includes('\n') ? text.replace(/[ \t]*\r?\n\s*/g, ' ') : text);
