import type { Index } from '../../schema/kinds/index-definition.js';
import { expression, field, flag, identifier, phrase, qualifiedName, required } from '../grammar.js';
import { columnList, deferrable, expressionList, indexKeys } from '../index-keys.js';
import type { ChildKind } from '../kind-report.js';
import { tableChildLine } from '../table-child.js';

export const index: ChildKind<Index> = {
  ...tableChildLine,
  heading: 'Indices',
  line: [
    required(field('name', identifier)),
    field('method', identifier, ' using '),
    required(field('keys', indexKeys, ' ')),
    field('include', columnList, ' include '),
    phrase('unique', [
      ['index', ' unique'],
      ['constraint', ' unique constraint'],
      ['primary key', ' unique primary'],
    ]),
    flag('withoutOverlaps', ' without overlaps'),
    flag('nullsNotDistinct', ' nulls not distinct'),
    deferrable(),
    field('predicate', expression, ' where '),
    field('options', expressionList, ' with '),
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
