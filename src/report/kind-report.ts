import type { AnyObject, Kind, ObjectByKind } from '../schema/kinds.js';
import type { Part } from './grammar.js';
import type { Items } from './items.js';

/** The name of an object that others stand in. */
export interface ParentName {
  readonly schema: string;
  readonly name: string;
}

/** How objects stand in another object. */
interface InParent<O> {
  /** The object that one stands in. */
  readonly parent: (object: O) => ParentName;
  /** The fields that say so, of an object that was read there. */
  readonly under: (parent: ParentName) => Partial<O>;
  readonly line: readonly Part<O>[];
}

/** A section with a line for each object; owner, privileges, comment and `nested` kinds are items beneath it. */
export interface ListKind<O> {
  readonly layout: 'list';
  readonly heading: string;
  readonly line: readonly Part<O>[];
  /** Objects that go without saying, unless there is something to say about them. */
  readonly isImplied?: (object: O) => boolean;
}

/** A section for each object. */
export interface SectionKind<O> {
  readonly layout: 'section';
  /** Before the object's name in the heading. */
  readonly title: string;
  /** What the heading says after the title: the name and whatever identifies the object with it. */
  readonly head: readonly Part<O>[];
  /** True where columns, indexes and the like belong to it; else owner, privileges and comment are among its items. */
  readonly isRelation?: true;
  /** List items directly under the heading. */
  readonly items?: Items<O>;
  /** Texts in a fenced block; no object has more than one of them. */
  readonly bodies?: readonly FencedBody<O>[];
  /** Items under a heading of their own. */
  readonly subsections?: Readonly<Partial<Record<Subsection, Items<O>>>>;
}

/**
 * A fact that is shown as a fenced block, with marks around it that keep its line breaks and tell it from others.
 * What a fenced block could not keep as it is becomes an item that begins with the label.
 */
export interface FencedBody<O> {
  readonly field: keyof O & string;
  readonly label: string;
  readonly marks?: string;
}

/** A line under a heading in the section of a relation. */
export interface ChildKind<O> extends InParent<O> {
  readonly layout: 'child';
  readonly heading: Subsection;
  /** The words before its comments among the comments of the relation, and the fields that hold them. */
  readonly comments: readonly (readonly [noun: string, field: keyof O & string])[];
}

/** An item beneath the line of another kind. */
export interface NestedKind<O> extends InParent<O> {
  readonly layout: 'nested';
  readonly parentKind: Kind;
}

/** A row in the table of a relation, and a line beneath the table for the facts that have no cell. */
export interface ColumnsKind<O> extends InParent<O> {
  readonly layout: 'columns';
  /** The same line for a column that has no row, since the query of its view says what it is. */
  readonly lineWithoutRow: readonly Part<O>[];
  readonly comments: readonly (readonly [noun: string, field: keyof O & string])[];
}

type KindReport<O> = ListKind<O> | SectionKind<O> | ChildKind<O> | NestedKind<O> | ColumnsKind<O>;

export type KindReports = { readonly [K in Kind]: KindReport<ObjectByKind[K]> };

/** The report of a kind, for code that treats all kinds alike. */
export type AnyKindReport = KindReport<AnyObject>;

/** The headings within the section of a relation, in their order. */
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
