import type { TextSearchConfiguration, TextSearchDictionary } from '../../schema/kinds/text-search.js';
import { expression, field, listOf, ownName, record, required, sqlName, identifier } from '../grammar.js';
import { allItems, itemEach, lineEach } from '../items.js';
import type { ListKind, SectionKind } from '../kind-report.js';

type Mapping = NonNullable<TextSearchConfiguration['mappings']>[number];

const mapping = record<Mapping>(
  required(field('token', identifier)),
  required(field('dictionaries', listOf(sqlName), ' with ')),
);

export const textSearchConfiguration: SectionKind<TextSearchConfiguration> = {
  layout: 'section',
  title: 'Text search configuration',
  head: [required(ownName())],
  items: allItems<TextSearchConfiguration>(
    lineEach(field('parser', sqlName, 'parser ')),
    itemEach<TextSearchConfiguration, 'mappings', Mapping>('mappings', mapping, 'map '),
  ),
};

export const textSearchDictionary: ListKind<TextSearchDictionary> = {
  layout: 'list',
  heading: 'Text search dictionaries',
  line: [
    required(ownName()),
    required(field('template', sqlName, ' template ')),
    field('options', expression, ' options '),
  ],
};
