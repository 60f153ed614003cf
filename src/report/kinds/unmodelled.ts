import type { Uncovered } from '../../schema/kinds/unmodelled.js';
import { expression, field, required } from '../grammar.js';
import type { ListKind } from '../kind-report.js';

export const uncovered: ListKind<Uncovered> = {
  layout: 'list',
  heading: 'Not covered',
  line: [
    required(field('type', expression)),
    required(field('identity', expression, ' ')),
    required(field('hash', expression, ' definition hash ')),
  ],
};
