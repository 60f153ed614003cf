import type { Deferrable, IndexKey } from '../schema/kinds/index-definition.js';
import {
  enclosed,
  expression,
  field,
  flag,
  identifier,
  inline,
  integer,
  listOf,
  phrase,
  record,
  sqlName,
  type Codec,
  type Part,
} from './grammar.js';

/** Names of columns in parentheses. */
export const columnList = enclosed(listOf(identifier));

/** Expressions or options in parentheses. */
export const expressionList = enclosed(listOf(expression));

/** A key: a column, or an expression in parentheses, with everything that differs from the default. */
export const keyParts: readonly Part<IndexKey>[] = [
  inline('expression', enclosed(expression), /\(/),
  inline('column', identifier, /`/),
  field('collation', sqlName, ' collation '),
  field('opclass', sqlName, ' operator class '),
  flag('descending', ' desc'),
  phrase('nulls', [
    ['first', ' nulls first'],
    ['last', ' nulls last'],
  ]),
  field('statistics', integer, ' statistics '),
];

export const indexKeys: Codec<readonly IndexKey[]> = enclosed(listOf(record(...keyParts)));

/** Whether a constraint can be checked at the end of the transaction, and whether it is by default. */
export function deferrable<O extends { readonly deferrable?: Deferrable }>(): Part<O> {
  return phrase<O, 'deferrable'>('deferrable', [
    ['deferrable', ' deferrable'],
    ['initially deferred', ' deferrable initially deferred'],
  ]);
}
