import type { Rule } from '../../schema/kinds/rule.js';
import { expression, field, identifier, oneOf, required } from '../grammar.js';
import type { ChildKind } from '../kind-report.js';
import { tableChildLine } from '../table-child.js';
import { firing } from './trigger.js';

export const rule: ChildKind<Rule> = {
  ...tableChildLine,
  heading: 'Rules',
  line: [
    required(field('name', identifier)),
    required(field('event', oneOf('select', 'update', 'insert', 'delete'), ' on ')),
    required(field('definition', expression, ' ')),
    firing(),
  ],
  comments: [['rule', 'comment']],
};
