import type { Table } from '../../schema/kinds/table.js';
import {
  expression,
  field,
  flag,
  identifier,
  listOf,
  oneOf,
  ownName,
  qualifiedName,
  required,
  type Part,
} from '../grammar.js';
import { itemEach, lineEach } from '../items.js';
import type { SectionKind } from '../kind-report.js';

interface Partition {
  readonly partitionOf?: { readonly schema: string; readonly table: string; readonly bound: string };
}

/** The parent and the bound of a partition. If the report contains the parent, they are printed in its section. */
export function partitionOf<O extends Partition>(): Part<O> {
  const part = field<Partition, 'partitionOf'>(
    'partitionOf',
    {
      print: ({ schema, table: name, bound }, scope) =>
        `${qualifiedName.print({ schema, name }, scope)} ${expression.print(bound, scope)}`,
      parse: (cursor, scope) => {
        const { schema, name } = qualifiedName.parse(cursor, scope);
        cursor.expect(' ');
        return { schema, table: name, bound: expression.parse(cursor, scope) };
      },
    },
    'partition of ',
  );
  return part as Part<never> as Part<O>;
}

type Storage = Pick<Table, 'accessMethod' | 'tablespace' | 'options' | 'toastOptions'>;

/** How the rows are stored. */
export const storage = <O extends Storage>(): readonly Part<O>[] => [
  field<O, 'accessMethod'>('accessMethod', identifier, 'access method '),
  field<O, 'tablespace'>('tablespace', identifier, 'tablespace '),
  field<O, 'options'>('options', listOf(expression), 'storage parameters '),
  field<O, 'toastOptions'>('toastOptions', listOf(expression), 'toast parameters '),
];

export const table: SectionKind<Table> = {
  layout: 'section',
  title: 'Table',
  head: [required(ownName())],
  isRelation: true,
  subsections: {
    Inherits: itemEach<Table, 'inherits', { schema: string; name: string }>('inherits', qualifiedName),
    Options: lineEach<Table>(
      field('owner', identifier, 'owner '),
      flag('unlogged', 'unlogged'),
      field('partitionBy', expression, 'partition by '),
      partitionOf<Table>(),
      field('ofType', qualifiedName, 'of type '),
      ...storage<Table>(),
      field('replicaIdentity', oneOf('full', 'nothing'), 'replica identity '),
      field('rowSecurity', oneOf('enabled', 'forced', 'forced but not enabled'), 'row security '),
    ),
  },
};
