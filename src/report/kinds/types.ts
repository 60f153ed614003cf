import type {
  Collation,
  CompositeType,
  Domain,
  DomainConstraint,
  Enum,
  RangeType,
} from '../../schema/kinds/types.js';
import {
  type Codec,
  expression,
  field,
  flag,
  identifier,
  listOf,
  ownName,
  required,
  sqlName,
} from '../grammar.js';
import { lineEach } from '../items.js';
import type { ListKind, NestedKind, SectionKind } from '../kind-report.js';

const NO_VALUES = 'no values';
const values: Codec<readonly string[]> = {
  print: (all, scope) => (all.length === 0 ? NO_VALUES : listOf(expression).print(all, scope)),
  parse: (cursor, scope) => (cursor.take(NO_VALUES) ? [] : listOf(expression).parse(cursor, scope)),
};

export const enumDefinition: ListKind<Enum> = {
  layout: 'list',
  heading: 'Enums',
  line: [required(ownName()), required(field('values', values, ': '))],
};

export const domain: ListKind<Domain> = {
  layout: 'list',
  heading: 'Domains',
  line: [
    required(ownName()),
    required(field('type', sqlName, ' ')),
    field('collation', sqlName, ' collation '),
    field('default', expression, ' default '),
    flag('notNull', ' not null'),
  ],
};

export const domainConstraint: NestedKind<DomainConstraint> = {
  layout: 'nested',
  parentKind: 'domain',
  parent: ({ schema, domain }) => ({ schema, name: domain }),
  under: ({ schema, name }) => ({ schema, domain: name }),
  line: [
    required(field('name', identifier, 'check ')),
    required(field('expression', expression, ' ')),
    flag('notValid', ' not valid'),
    field('comment', expression, ' comment '),
  ],
};

export const compositeType: SectionKind<CompositeType> = {
  layout: 'section',
  title: 'Composite type',
  head: [required(ownName())],
  isRelation: true,
  subsections: { Options: lineEach<CompositeType>(field('owner', identifier, 'owner ')) },
};

export const rangeType: ListKind<RangeType> = {
  layout: 'list',
  heading: 'Range types',
  line: [
    required(ownName()),
    required(field('subtype', sqlName, ' of ')),
    field('opclass', sqlName, ' operator class '),
    field('collation', sqlName, ' collation '),
    field('canonical', sqlName, ' canonical '),
    field('subtypeDiff', sqlName, ' difference '),
    field('multirange', identifier, ' multirange '),
    field('multirangeSchema', identifier, ' multirange in schema '),
  ],
};

export const collation: ListKind<Collation> = {
  layout: 'list',
  heading: 'Collations',
  line: [
    required(ownName()),
    required(field('provider', expression, ' provider ')),
    field('locale', expression, ' locale '),
    field('lcCtype', expression, ' ctype '),
    field('rules', expression, ' rules '),
    flag('nondeterministic', ' nondeterministic'),
  ],
};
