import type { Sequence, SequenceColumn, SequenceOptions } from '../../schema/kinds/sequence.js';
import {
  bigInteger,
  commas,
  enclosed,
  field,
  flag,
  identifier,
  ownName,
  qualifiedName,
  required,
  type Codec,
  type Part,
} from '../grammar.js';
import type { ListKind } from '../kind-report.js';

/** The options of a sequence, also of one behind an identity column. */
export function sequenceOptions<O extends SequenceOptions>(): readonly Part<O>[] {
  const parts: readonly Part<SequenceOptions>[] = [
    field('start', bigInteger, 'start '),
    field('increment', bigInteger, 'increment '),
    field('minimum', bigInteger, 'minimum '),
    field('maximum', bigInteger, 'maximum '),
    field('cache', bigInteger, 'cache '),
    flag('cycle', 'cycle'),
  ];
  return parts as readonly Part<never>[] as readonly Part<O>[];
}

const bareType: Codec<string> = {
  print: (type) => type,
  parse: (cursor) => cursor.match(/smallint|integer|bigint/) ?? cursor.fail('smallint, integer or bigint'),
};

const column: Codec<SequenceColumn> = {
  print: ({ schema, table, column: name }, scope) =>
    `${qualifiedName.print({ schema, name: table }, scope)}.${identifier.print(name, scope)}`,
  parse: (cursor, scope) => {
    const { schema, name: table } = qualifiedName.parse(cursor, scope);
    cursor.expect('.');
    return { schema, table, column: identifier.parse(cursor, scope) };
  },
};

export const sequence: ListKind<Sequence> = {
  layout: 'list',
  heading: 'Sequences',
  line: [
    required(ownName()),
    required(field('dataType', enclosed(bareType), ' ')),
    commas(' ', [
      ...sequenceOptions<Sequence>(),
      flag('unlogged', 'unlogged'),
      field('ownedBy', column, 'owned by '),
      field('identityOf', column, 'identity of '),
    ]),
  ],
};
