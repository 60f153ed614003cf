import type {
  ForeignDataWrapper,
  ForeignServer,
  ForeignTable,
  UserMapping,
} from '../../schema/kinds/foreign.js';
import {
  expression,
  field,
  identifier,
  listOf,
  ownName,
  qualifiedName,
  required,
  sqlName,
} from '../grammar.js';
import { grantee, itemEach, lineEach } from '../items.js';
import type { ListKind, SectionKind } from '../kind-report.js';
import { partitionOf } from './table.js';

export const foreignDataWrapper: ListKind<ForeignDataWrapper> = {
  layout: 'list',
  heading: 'Foreign-data wrappers',
  line: [
    required(field('name', identifier)),
    field('handler', sqlName, ' handler '),
    field('validator', sqlName, ' validator '),
    field('options', listOf(expression), ' options '),
  ],
};

export const foreignServer: ListKind<ForeignServer> = {
  layout: 'list',
  heading: 'Foreign servers',
  line: [
    required(field('name', identifier)),
    required(field('wrapper', identifier, ' wrapper ')),
    field('type', expression, ' type '),
    field('version', expression, ' version '),
    field('options', listOf(expression), ' options '),
  ],
};

export const userMapping: ListKind<UserMapping> = {
  layout: 'list',
  heading: 'User mappings',
  line: [required(field('role', grantee)), required(field('server', identifier, ' on server '))],
};

export const foreignTable: SectionKind<ForeignTable> = {
  layout: 'section',
  title: 'Foreign table',
  head: [required(ownName())],
  isRelation: true,
  subsections: {
    Inherits: itemEach<ForeignTable, 'inherits', { schema: string; name: string }>('inherits', qualifiedName),
    Options: lineEach<ForeignTable>(
      field('owner', identifier, 'owner '),
      field('server', identifier, 'server '),
      partitionOf<ForeignTable>(),
      field('options', listOf(expression), 'options '),
    ),
  },
};
