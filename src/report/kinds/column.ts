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
import type { ColumnsKind } from '../kind-report.js';
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

const facts: readonly Part<Column>[] = [
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

export const column: ColumnsKind<Column> = {
  layout: 'columns',
  parent: ({ schema, relation }) => ({ schema, name: relation }),
  under: ({ schema, name }) => ({ schema, relation: name }),
  line: facts,
  lineWithoutRow: [field('default', expression, 'default '), ...facts],
  comments: [['column', 'comment']],
};
