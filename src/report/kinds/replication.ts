import type { Publication, PublishedTable, Subscription } from '../../schema/kinds/replication.js';
import {
  enclosed,
  expression,
  field,
  flag,
  identifier,
  listOf,
  oneOf,
  ownName,
  record,
  required,
  type Codec,
} from '../grammar.js';
import { allItems, itemEach, lineEach } from '../items.js';
import type { ListKind, SectionKind } from '../kind-report.js';

const table: Codec<PublishedTable> = record<PublishedTable>(
  required(ownName()),
  field('columns', enclosed(listOf(identifier)), ' '),
  field('filter', expression, ' where '),
);

const NO_OPERATIONS = 'nothing';
const operations: Codec<readonly string[]> = {
  print: (names) => (names.length === 0 ? NO_OPERATIONS : names.join(', ')),
  parse: (cursor, scope) =>
    cursor.take(NO_OPERATIONS)
      ? []
      : listOf(oneOf('insert', 'update', 'delete', 'truncate')).parse(cursor, scope),
};

export const publication: SectionKind<Publication> = {
  layout: 'section',
  title: 'Publication',
  head: [required(field('name', identifier))],
  items: allItems<Publication>(
    lineEach(
      flag('allTables', 'all tables'),
      field('operations', operations, 'publish '),
      flag('viaRoot', 'via partition root'),
      field('generatedColumns', oneOf('stored'), 'generated columns '),
    ),
    itemEach<Publication, 'schemas', string>('schemas', identifier, 'tables in schema '),
    itemEach<Publication, 'tables', PublishedTable>('tables', table, 'table '),
  ),
};

export const subscription: ListKind<Subscription> = {
  layout: 'list',
  heading: 'Subscriptions',
  line: [
    required(field('name', identifier)),
    required(field('publications', listOf(identifier), ' to ')),
    field('slot', expression, ' slot '),
    field('options', listOf(expression), ' with '),
  ],
};
