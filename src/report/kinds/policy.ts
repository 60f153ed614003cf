import type { Policy } from '../../schema/kinds/policy.js';
import { expression, field, flag, identifier, listOf, oneOf, required } from '../grammar.js';
import { roleName } from '../items.js';
import type { ChildKind } from '../kind-report.js';
import { tableChildLine } from '../table-child.js';

export const policy: ChildKind<Policy> = {
  ...tableChildLine,
  heading: 'Policies',
  line: [
    required(field('name', identifier)),
    flag('restrictive', ' restrictive'),
    field('command', oneOf('select', 'insert', 'update', 'delete'), ' for '),
    field('roles', listOf(roleName), ' to '),
    field('using', expression, ' using '),
    field('withCheck', expression, ' with check '),
  ],
  comments: [['policy', 'comment']],
};
