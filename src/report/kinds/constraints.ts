import type { Check, ExclusionConstraint, ForeignKey } from '../../schema/kinds/constraints.js';
import {
  enclosed,
  expression,
  field,
  flag,
  identifier,
  listOf,
  oneOf,
  qualifiedName,
  record,
  required,
  type Codec,
  type Part,
  sqlName,
} from '../grammar.js';
import type { ChildKind } from '../kind-report.js';
import { columnList, deferrable, expressionList, keyParts } from '../index-keys.js';
import { tableChildLine } from '../table-child.js';

const referenced: Codec<ForeignKey['references']> = {
  print: ({ schema, table, columns: names }, scope) =>
    `${qualifiedName.print({ schema, name: table }, scope)} ${columnList.print(names, scope)}`,
  parse: (cursor, scope) => {
    const { schema, name } = qualifiedName.parse(cursor, scope);
    cursor.expect(' ');
    return { schema, table: name, columns: columnList.parse(cursor, scope) };
  },
};

const action = oneOf('restrict', 'cascade', 'set null', 'set default');

export const foreignKey: ChildKind<ForeignKey> = {
  ...tableChildLine,
  heading: 'Foreign keys',
  line: [
    required(field('name', identifier)),
    required(field('columns', columnList, ' ')),
    required(field('references', referenced, ' references ')),
    flag('period', ' period'),
    field('match', oneOf('full', 'partial'), ' match '),
    field('onUpdate', action, ' on update '),
    field('onDelete', action, ' on delete '),
    field('onDeleteColumns', columnList, ' '),
    deferrable(),
    flag('notValid', ' not valid'),
    flag('notEnforced', ' not enforced'),
  ],
  comments: [['foreign key', 'comment']],
};

export const check: ChildKind<Check> = {
  ...tableChildLine,
  heading: 'Checks',
  line: [
    required(field('name', identifier)),
    required(field('expression', expression, ' ')),
    flag('noInherit', ' no inherit'),
    flag('notValid', ' not valid'),
    flag('notEnforced', ' not enforced'),
  ],
  comments: [['check', 'comment']],
};

type Element = ExclusionConstraint['elements'][number];

const element = record<Element>(
  ...(keyParts as readonly Part<never>[] as readonly Part<Element>[]),
  required(field('operator', sqlName, ' with ')),
);

export const exclusionConstraint: ChildKind<ExclusionConstraint> = {
  ...tableChildLine,
  heading: 'Exclusion constraints',
  line: [
    required(field('name', identifier)),
    field('method', identifier, ' using '),
    required(field('elements', enclosed(listOf(element)), ' ')),
    field('include', columnList, ' include '),
    deferrable(),
    field('predicate', expression, ' where '),
    field('options', expressionList, ' with '),
    field('tablespace', identifier, ' tablespace '),
    flag('clustered', ' clustered'),
  ],
  comments: [
    ['exclusion constraint', 'comment'],
    ['exclusion index', 'indexComment'],
  ],
};
