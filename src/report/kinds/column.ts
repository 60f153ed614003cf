import type { Column, Identity } from '../../schema/kinds/column.js';
import {
  inline,
  commas,
  expression,
  field,
  flag,
  identifier,
  integer,
  listOf,
  oneOf,
  phrase,
  record,
  required,
  type Part,
  sqlName,
} from '../grammar.js';
import { sequenceOptions } from './sequence.js';

const identity = record<Identity>(
  required(field('generated', oneOf('always', 'by default'), 'identity ')),
  commas(', ', [
    ...sequenceOptions<Identity>(),
    field('sequence', identifier, 'sequence '),
    flag('unlogged', 'unlogged'),
  ]),
);

const generated = record<NonNullable<Column['generated']>>(
  required(field('expression', expression, 'generated always as ')),
  required(
    phrase('kind', [
      ['stored', ' stored'],
      ['virtual', ' virtual'],
    ]),
  ),
);

/** What a column has beyond its cells in the table: the line under it. */
export const columnFacts: readonly Part<Column>[] = [
  inline('identity', identity, /identity /),
  inline('generated', generated, /generated /),
  phrase('notNull', [
    ['not valid', 'not null not valid'],
    ['no inherit', 'not null no inherit'],
  ]),
  field('collation', sqlName, 'collation '),
  field('storage', identifier, 'storage '),
  field('compression', identifier, 'compression '),
  field('statistics', integer, 'statistics '),
  field('options', listOf(expression), 'options '),
  field('foreignOptions', listOf(expression), 'foreign options '),
  flag('inherited', 'inherited'),
];

/** The same for a view's column, which has no cells. */
export const viewColumnFacts: readonly Part<Column>[] = [
  field('default', expression, 'default '),
  ...columnFacts,
];
