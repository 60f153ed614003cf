import { printParts, type Part } from '../../report/grammar.js';
import { commonItems } from '../../report/items.js';
import { KIND_REPORTS } from '../../report/kinds.js';
import type { KindReport } from '../../report/kind-report.js';
import { columnFacts } from '../../report/kinds/column.js';
import type { Change } from '../../schema/compare.js';
import { GRANTED, RELATIONS } from '../../schema/definition.js';
import { KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import type { Column } from '../../schema/kinds/column.js';
import { escapeControls } from '../../util/escape-controls.js';

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
  const shown = group?.isInName ? identity.slice(2) : identity;
  // What the group is called already need not be said again of a fact of its own.
  const isOfGroup = group !== undefined && shown.length === 0 && change.type === 'changed';
  return {
    sign: SIGNS[change.type],
    ...(group !== undefined && { group: escapeControls(`${group.noun} ${qualify(group.name, kind)}`) }),
    subject: isOfGroup
      ? spaced(change.fact)
      : escapeControls(
          isNamedByType(kind)
            ? identity.join(' ')
            : [noun, qualify(shown, kind)].filter((part) => part !== '').join(' '),
        ),
    detail: escapeControls(onOneLine(isOfGroup ? factChange(change) : detail(change))),
  };
}

/** Objects that are named by their kind in PostgreSQL's words: `operator class app.handle_ops USING hash`. */
const isNamedByType = (kind: Kind) => kind === 'uncovered';

/** Default privileges: what they are is what is granted. */
const isNothingButGranted = (kind: Kind) => Object.keys(KINDS[kind].facts).every((fact) => fact in GRANTED);

/** A definition, or a comment, of several lines: how it is indented is seen in the diff. */
const onOneLine = (text: string) => text.replace(/[ \t]*\r?\n\s*/g, ' ');

interface Group {
  readonly noun: string;
  readonly name: readonly string[];
  /** Whether what identifies the object begins with the relation: not that of statistics, which have a name in a schema. */
  readonly isInName: boolean;
}

/** The relation that a change is in: of something that stands in one, or of a fact of its own. */
function groupOf(change: Change): Group | undefined {
  const { kind, type, identity } = change;
  const report = KIND_REPORTS[kind] as unknown as KindReport<AnyObject>;
  if (report.layout === 'child') {
    const { schema, name } = report.parent(type === 'removed' ? change.before : change.after);
    return { noun: 'table', name: [schema, name], isInName: KINDS[kind].parents !== undefined };
  }
  const name = identity.slice(0, 2);
  if (report.layout === 'columns') return { noun: 'table', name, isInName: true };
  return report.layout === 'section' && type === 'changed' && RELATIONS.some((relation) => relation === kind)
    ? { noun: KINDS[kind].noun, name, isInName: true }
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
    case 'nested': {
      const parts = report.line.filter(
        ({ field }) =>
          field !== 'name' && !(isNamedByType(kind) && KINDS[kind].identity.some((own) => own === field)),
      );
      const privileges = isNothingButGranted(kind) ? commonItems<AnyObject>().print(object, SCOPE) : [];
      return [printParts(parts, object, SCOPE), ...privileges].map(plain).join('; ');
    }
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
  if (part) return plain(part.print(object, SCOPE)).replace(new RegExp(`^${spaced(fact)} `), '');
  return isPlainList(value) ? value.join(', ') : (itemsText(kind, fact, value) ?? listText(value));
}

const isPlainList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** What a value's items in the report say: `insert, select to app_reader; select to auditor with grant option`. */
function itemsText(kind: Kind, fact: string, value: unknown): string | undefined {
  const report = KIND_REPORTS[kind] as unknown as KindReport<AnyObject>;
  const ofSection =
    report.layout === 'section' ? [report.items, ...Object.values(report.subsections ?? {})] : [];
  const alone: unknown = { [fact]: value };
  const lines = [commonItems<AnyObject>(), ...ofSection].flatMap(
    (items) => items?.print(alone as AnyObject, SCOPE) ?? [],
  );
  // `grants` and `tables` stand before them already.
  const word = new RegExp(`^(?:${spaced(fact)}|${fact.replace(/s$/, '')}) `);
  return lines.length === 0 ? undefined : lines.map((line) => plain(line).replace(word, '')).join('; ');
}

function partsOf(kind: Kind): readonly Part<AnyObject>[] {
  const report = KIND_REPORTS[kind] as unknown as KindReport<AnyObject>;
  if (report.layout === 'columns') return columnFacts as readonly Part<never>[] as readonly Part<AnyObject>[];
  return report.layout === 'section' ? [] : report.line;
}

/** A list, or a record, of a value that no line prints alone. A name in a schema is one as people write it. */
function listText(value: unknown): string {
  if (Array.isArray(value)) return value.map(listText).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const { schema, ...parts } = value as { readonly schema?: unknown };
  const words = Object.values(parts).map(listText);
  if (typeof schema !== 'string') return words.join(' ');
  return [...(schema === SCOPE.home ? [] : [schema]), ...words].join('.');
}

/** Markdown without its marks. */
const plain = (markdown: string) => markdown.replace(/`+/g, '').replace(/^[\s:]+|\s+$/g, '');
