import { printParts, type Part } from '../report/grammar.js';
import { KIND_REPORTS } from '../report/kinds.js';
import type { KindReport } from '../report/kind-report.js';
import { columnFacts } from '../report/kinds/column.js';
import type { Change } from '../schema/compare.js';
import { RELATIONS } from '../schema/definition.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import type { Column } from '../schema/kinds/column.js';
import { harmless } from './harmless.js';

/** A change in words, in parts that a reporter may align and colour. */
export interface DescribedChange {
  readonly sign: '+' | '-' | '~';
  /** The relation that it is in, such as `table orders`; undefined for an object of its own. */
  readonly group?: string;
  /** What it is about: `column total`. */
  readonly subject: string;
  /** What is, or was, or became: `type numeric(10,2) → numeric(12,2)`. */
  readonly detail: string;
}

const SIGNS = { added: '+', removed: '-', changed: '~', renamed: '~' } as const;

/** Where everything bare is understood to be. */
const SCOPE = { home: 'public' };

/** Says a change in words. Names are made harmless; nothing is cut. */
export function describe(change: Change): DescribedChange {
  const { kind, identity } = change;
  const { noun } = KINDS[kind];
  const group = groupOf(change);
  const shown = group === undefined ? identity : identity.slice(2);
  // What the group is called already need not be said again of a fact of its own.
  const isOfGroup = group !== undefined && shown.length === 0 && change.type === 'changed';
  return {
    sign: SIGNS[change.type],
    ...(group !== undefined && { group: harmless(`${group} ${qualify(identity.slice(0, 2), kind)}`) }),
    subject: isOfGroup
      ? spaced(change.fact)
      : harmless([noun, qualify(shown, kind)].filter((part) => part !== '').join(' ')),
    detail: harmless(onOneLine(isOfGroup ? factChange(change) : detail(change))),
  };
}

/** A definition, or a comment, of several lines: how it is indented is seen in the diff. */
const onOneLine = (text: string) => text.replace(/[ \t]*\r?\n\s*/g, ' ');

/** The word for the relation that a change is in: of something that stands in one, or of a fact of its own. */
function groupOf({ kind, type }: Change): string | undefined {
  const { layout } = KIND_REPORTS[kind];
  if (layout === 'child' || layout === 'columns') return 'table';
  return layout === 'section' && type === 'changed' && RELATIONS.some((relation) => relation === kind)
    ? KINDS[kind].noun
    : undefined;
}

/** A name as people write it: `audit.log`, `orders`. */
function qualify(identity: readonly string[], kind: Kind): string {
  const isInSchema = KINDS[kind].identity[0] === 'schema' && identity.length > 1;
  return (isInSchema && identity[0] === SCOPE.home ? identity.slice(1) : identity)
    .filter((part) => part !== '')
    .join('.');
}

function detail(change: Change): string {
  switch (change.type) {
    case 'added':
      return objectText(change.kind, change.after);
    case 'removed':
      return objectText(change.kind, change.before);
    case 'renamed':
      return `renamed from ${(change.before as { readonly name?: string }).name ?? ''}`;
    case 'changed':
      return change.fact === 'order'
        ? 'moved among the columns'
        : `${spaced(change.fact)} ${factChange(change)}`;
  }
}

/** `numeric(10,2) → numeric(12,2)`. */
function factChange({ kind, fact, before, after }: Extract<Change, { type: 'changed' }>): string {
  const isFlag = [before, after].some((object) => valueOf(fact, object) === true);
  return `${factText(kind, fact, before, isFlag)} → ${factText(kind, fact, after, isFlag)}`;
}

/** `notNull` as `not null`. */
const spaced = (fact: string) => fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** An object in words: the rest of its line in the report. */
function objectText(kind: Kind, object: AnyObject): string {
  const report = KIND_REPORTS[kind] as unknown as KindReport<AnyObject>;
  switch (report.layout) {
    case 'columns':
      return columnText(object as Column);
    case 'list':
    case 'child':
    case 'nested':
      return plain(
        printParts(
          report.line.filter(({ field }) => field !== 'name'),
          object,
          SCOPE,
        ),
      );
    case 'section':
      return '';
  }
}

function columnText(column: Column): string {
  const { type, maxLength, notNull, default: value } = column;
  return [
    type === undefined ? undefined : type + (maxLength === undefined ? '' : `(${maxLength})`),
    notNull === true ? 'not null' : undefined,
    value === undefined ? undefined : `default ${value}`,
    ...columnFacts.map((part) => plain(part.print(column, SCOPE))),
  ]
    .filter((text) => text !== undefined && text !== '')
    .join(', ');
}

const valueOf = (fact: string, object: AnyObject) =>
  (object as unknown as Readonly<Record<string, unknown>>)[fact];

/** A fact's value in words: as its line in the report has it, where it has one. */
function factText(kind: Kind, fact: string, object: AnyObject, isFlag: boolean): string {
  const value = valueOf(fact, object);
  if (value === undefined) return isFlag ? 'no' : 'none';
  if (value === true) return 'yes';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const part = partsOf(kind).find(({ field }) => field === fact);
  return part
    ? plain(part.print(object, SCOPE)).replace(new RegExp(`^${spaced(fact)} `), '')
    : listText(value);
}

function partsOf(kind: Kind): readonly Part<AnyObject>[] {
  const report = KIND_REPORTS[kind] as unknown as KindReport<AnyObject>;
  if (report.layout === 'columns') return columnFacts as readonly Part<never>[] as readonly Part<AnyObject>[];
  return report.layout === 'section' ? [] : report.line;
}

/** A list, or a record, of a value that no line prints alone. */
function listText(value: unknown): string {
  if (Array.isArray(value)) return value.map(listText).join(', ');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(listText).join(' ');
  return String(value);
}

/** Markdown without its marks. */
const plain = (markdown: string) => markdown.replace(/`+/g, '').replace(/^[\s:]+|\s+$/g, '');
