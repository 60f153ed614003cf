import type { EventTrigger, Firing, Trigger } from '../../schema/kinds/trigger.js';
import {
  enclosed,
  expression,
  field,
  flag,
  identifier,
  listOf,
  oneOf,
  phrase,
  qualifiedName,
  required,
  type Part,
} from '../grammar.js';
import type { ChildKind, ListKind } from '../kind-report.js';
import { deferrable } from '../index-keys.js';
import { tableChildLine } from '../table-child.js';

export function firing<O extends { readonly firing?: Firing }>(): Part<O> {
  return phrase<O, 'firing'>('firing', [
    ['disabled', ' disabled'],
    ['replica', ' enabled replica'],
    ['always', ' enabled always'],
  ]);
}

const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;
const eventList = listOf(oneOf(...EVENTS), ' or ');

/** What a trigger fires for. An update of some columns comes last, so that they follow it. */
const events: Part<Trigger> = {
  field: 'events',
  print: (trigger, scope) => ` ${events.value(trigger, scope)}`,
  value: ({ events: all, updateOf }, scope) => {
    const last = all.filter((event) => updateOf && event === 'update');
    return eventList.print([...all.filter((event) => !last.includes(event)), ...last], scope);
  },
  parse: (cursor, object, scope) => {
    if (!cursor.take(' ')) return false;
    const found = eventList.parse(cursor, scope);
    object.events = EVENTS.filter((event) => found.includes(event));
    return true;
  },
};

export const trigger: ChildKind<Trigger> = {
  ...tableChildLine,
  heading: 'Triggers',
  line: [
    required(field('name', identifier)),
    flag('constraint', ' constraint'),
    required(field('timing', oneOf('before', 'after', 'instead of'), ' ')),
    required(events),
    field('updateOf', listOf(identifier), ' of '),
    field('from', qualifiedName, ' from '),
    deferrable(),
    field('oldTable', identifier, ' old table '),
    field('newTable', identifier, ' new table '),
    required(field('level', oneOf('row', 'statement'), ' for each ')),
    field('when', expression, ' when '),
    required(field('function', qualifiedName, ' execute ')),
    field('arguments', enclosed(listOf(expression)), ' '),
    firing(),
  ],
  comments: [['trigger', 'comment']],
};

export const eventTrigger: ListKind<EventTrigger> = {
  layout: 'list',
  heading: 'Event triggers',
  line: [
    required(field('name', identifier)),
    required(field('event', identifier, ' on ')),
    field('tags', enclosed(listOf(expression)), ' '),
    required(field('function', qualifiedName, ' execute ')),
    firing(),
  ],
};
