import type { Aggregate } from '../../schema/kinds/aggregate.js';
import { expression, field, flag, integer, oneOf, ownName, required, sqlName } from '../grammar.js';
import { lineEach } from '../items.js';
import type { SectionKind } from '../kind-report.js';
import { argumentTypes } from './routine.js';

const modify = oneOf('read_only', 'shareable', 'read_write');

export const aggregate: SectionKind<Aggregate> = {
  layout: 'section',
  title: 'Aggregate',
  head: [required(ownName()), required(field('arguments', argumentTypes, ' '))],
  items: lineEach<Aggregate>(
    field('stateFunction', sqlName, 'state function '),
    field('stateType', sqlName, 'state type '),
    field('stateSpace', integer, 'state space '),
    field('finalFunction', sqlName, 'final function '),
    flag('finalExtra', 'final function extra'),
    field('finalModify', modify, 'final function modify '),
    field('combineFunction', sqlName, 'combine function '),
    field('serialFunction', sqlName, 'serial function '),
    field('deserialFunction', sqlName, 'deserial function '),
    field('initialCondition', expression, 'initial condition '),
    field('movingStateFunction', sqlName, 'moving state function '),
    field('movingInverseFunction', sqlName, 'moving inverse function '),
    field('movingStateType', sqlName, 'moving state type '),
    field('movingStateSpace', integer, 'moving state space '),
    field('movingFinalFunction', sqlName, 'moving final function '),
    flag('movingFinalExtra', 'moving final function extra'),
    field('movingFinalModify', modify, 'moving final function modify '),
    field('movingInitialCondition', expression, 'moving initial condition '),
    field('sortOperator', sqlName, 'sort operator '),
    flag('hypothetical', 'hypothetical'),
    field('parallel', oneOf('safe', 'restricted'), 'parallel '),
  ),
};
