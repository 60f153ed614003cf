import type { AnyObject, Kind, ObjectByKind } from '../schema/kinds.js';
import type { Part } from './grammar.js';
import type { Items } from './items.js';

/** The name of an object that contains others. */
export interface ParentName {
  readonly schema: string;
  readonly name: string;
}

/** The lines of objects that another object contains. */
interface InParent<O> {
  /** The name of the containing object. */
  readonly parent: (object: O) => ParentName;
  /** The fields of an object that contain this name. */
  readonly under: (parent: ParentName) => Partial<O>;
  readonly line: readonly Part<O>[];
}

/** A section with one line per object. Owner, privileges, comment and `nested` kinds are items below the line. */
export interface ListKind<O> {
  readonly layout: 'list';
  readonly heading: string;
  readonly line: readonly Part<O>[];
  /** Whether an object is not listed, because every schema contains it. */
  readonly isImplied?: (object: O) => boolean;
}

/** One section per object. */
export interface SectionKind<O> {
  readonly layout: 'section';
  /** The words before the name of the object in the heading. */
  readonly title: string;
  /** The heading after the title: the identity of the object. */
  readonly head: readonly Part<O>[];
  /** True if it contains columns, indexes and similar objects. Otherwise owner, privileges and comment are items. */
  readonly isRelation?: true;
  /** List items directly under the heading. */
  readonly items?: Items<O>;
  /** Properties that are printed as a code block. An object has at most one of them. */
  readonly bodies?: readonly FencedBody<O>[];
  /** Items under a heading of the third level. */
  readonly subsections?: Readonly<Partial<Record<Subsection, Items<O>>>>;
}

/**
 * A property that is printed as a code block. If a code block would not preserve it, it is printed as a list item that
 * begins with the label.
 */
export interface FencedBody<O> {
  readonly field: keyof O & string;
  readonly label: string;
  /** Characters at the beginning and the end of the block, which distinguish it from other bodies. */
  readonly marks?: string;
}

/** A line under a heading in the section of a relation. */
export interface ChildKind<O> extends InParent<O> {
  readonly layout: 'child';
  readonly heading: Subsection;
  /** The words before its comments in the list of comments of the relation, and the fields that contain them. */
  readonly comments: readonly (readonly [noun: string, field: keyof O & string])[];
}

/** An item below the line of another kind. */
export interface NestedKind<O> extends InParent<O> {
  readonly layout: 'nested';
  readonly parentKind: Kind;
}

/** A row in the table of a relation, and a line below the table for the properties that have no cell. */
export interface ColumnsKind<O> extends InParent<O> {
  readonly layout: 'columns';
  /** The line of a column that has no row, because the query of its view defines it. */
  readonly lineWithoutRow: readonly Part<O>[];
  readonly comments: readonly (readonly [noun: string, field: keyof O & string])[];
}

type KindReport<O> = ListKind<O> | SectionKind<O> | ChildKind<O> | NestedKind<O> | ColumnsKind<O>;

export type KindReports = { readonly [K in Kind]: KindReport<ObjectByKind[K]> };

/** The report of a kind, for code that treats all kinds alike. */
export type AnyKindReport = KindReport<AnyObject>;

/** The headings in the section of a relation, in their order. */
export const SUBSECTIONS = [
  'Indices',
  'Foreign keys',
  'Checks',
  'Exclusion constraints',
  'Triggers',
  'Policies',
  'Rules',
  'Partitions',
  'Inherits',
  'Statistics',
  'Options',
  'Privileges',
  'Comments',
] as const;

export type Subsection = (typeof SUBSECTIONS)[number];
