import type { Statistics } from '../../schema/kinds/statistics.js';
import {
  enclosed,
  expression,
  field,
  identifier,
  integer,
  listOf,
  oneOf,
  ownName,
  required,
} from '../grammar.js';
import type { ChildKind } from '../kind-report.js';

export const statistics: ChildKind<Statistics> = {
  layout: 'child',
  heading: 'Statistics',
  parent: ({ of }) => of,
  under: (of) => ({ of: { schema: of.schema, name: of.name } }),
  line: [
    required(ownName()),
    field('kinds', enclosed(listOf(oneOf('ndistinct', 'dependencies', 'mcv'))), ' '),
    field('columns', listOf(identifier), ' on '),
    field('expressions', listOf(expression), ' on expressions '),
    field('target', integer, ' target '),
    field('owner', identifier, ' owner '),
    field('comment', expression, ' comment '),
  ],
  comments: [],
};
