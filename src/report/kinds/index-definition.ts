import type { Index, IndexKey } from '../../schema/kinds/index-definition.js';
import {
  enclosed,
  expression,
  field,
  flag,
  inline,
  identifier,
  integer,
  listOf,
  phrase,
  qualifiedName,
  record,
  required,
  type Codec,
  type Part,
  sqlName,
} from '../grammar.js';
import type { ChildKind } from '../kind-report.js';
import { tableChildLine } from '../table-child.js';

/** The parts of a key that follow its column or expression. */
export const keyFacts: readonly Part<IndexKey>[] = [
  field('collation', sqlName, ' collation '),
  field('opclass', sqlName, ' operator class '),
  flag('descending', ' desc'),
  phrase('nulls', [
    ['first', ' nulls first'],
    ['last', ' nulls last'],
  ]),
  field('statistics', integer, ' statistics '),
];

/** A column, or an expression in parentheses. */
export const keySubject: readonly Part<IndexKey>[] = [
  inline('expression', enclosed(expression), /\(/),
  inline('column', identifier, /`/),
];

const indexKey: Codec<IndexKey> = record<IndexKey>(...keySubject, ...keyFacts);

/** Whether, and how, a constraint's check can wait. */
export function deferrable<
  O extends { readonly deferrable?: 'deferrable' | 'initially deferred' },
>(): Part<O> {
  return phrase<O, 'deferrable'>('deferrable', [
    ['deferrable', ' deferrable'],
    ['initially deferred', ' deferrable initially deferred'],
  ]);
}

export const index: ChildKind<Index> = {
  ...tableChildLine,
  heading: 'Indices',
  line: [
    required(field('name', identifier)),
    field('method', identifier, ' using '),
    required(field('keys', enclosed(listOf(indexKey)), ' ')),
    field('include', enclosed(listOf(identifier)), ' include '),
    phrase('unique', [
      ['index', ' unique'],
      ['constraint', ' unique constraint'],
      ['primary key', ' unique primary'],
    ]),
    flag('withoutOverlaps', ' without overlaps'),
    flag('nullsNotDistinct', ' nulls not distinct'),
    deferrable(),
    field('predicate', expression, ' where '),
    field('options', enclosed(listOf(expression)), ' with '),
    field('tablespace', identifier, ' tablespace '),
    flag('clustered', ' clustered'),
    flag('replicaIdentity', ' replica identity'),
    flag('invalid', ' invalid'),
    field('partitionOf', qualifiedName, ' partition of '),
  ],
  comments: [
    ['index', 'comment'],
    ['constraint', 'constraintComment'],
  ],
};
