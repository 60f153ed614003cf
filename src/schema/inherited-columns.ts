import { isDeepStrictEqual } from 'node:util';
import { groupBy } from '../util/group-by.js';
import type { Column } from './kinds/column.js';
import type { Table } from './kinds/table.js';
import { inCanonicalOrder, keyOf, type Schema } from './model.js';

/** The columns of a partition that equal those of its parent are left out. */
export function withoutRepeatedColumns(schema: Schema): Schema {
  const partitions = partitionsIn(schema);
  if (partitions.length === 0) return schema;
  const columns = groupBy(schema.objects.column, keyOfColumn);
  const repeating = new Set(
    partitions.flatMap((partition) => {
      const own = columns.get(keyOfTable(partition)) ?? [];
      const parents = columns.get(keyOfParent(partition));
      return parents &&
        isDeepStrictEqual(own.map(repeated), parents.map(repeated)) &&
        !hasOwnIdentity(own, parents)
        ? [keyOfTable(partition)]
        : [];
    }),
  );
  const kept = schema.objects.column.flatMap((column): Column[] => {
    if (!repeating.has(keyOfColumn(column))) return [column];
    const remark = remarkOf(column);
    return Object.keys(remark).length === 0
      ? []
      : [{ schema: column.schema, relation: column.relation, name: column.name, ...remark }];
  });
  return { ...schema, objects: { ...schema.objects, column: kept } };
}

/**
 * Two schemas in which a partition has its columns on both sides or on neither. If only one side lists them, because a
 * property of them belongs to the partition there, the other side gets the columns that it left out. Only this property
 * then differs, and not every column.
 */
export function withColumnsOfBoth({ from, to }: { readonly from: Schema; readonly to: Schema }) {
  return { from: withColumnsAsIn(to, from), to: withColumnsAsIn(from, to) };
}

function withColumnsAsIn(other: Schema, schema: Schema): Schema {
  const partitions = partitionsIn(schema);
  if (partitions.length === 0) return schema;
  const [listed, listedInOther] = [relationsWithColumns(schema), relationsWithColumns(other)];
  const lacking = partitions.filter(
    (each) => !listed.has(keyOfTable(each)) && listedInOther.has(keyOfTable(each)),
  );
  if (lacking.length === 0) return schema;
  const columns = groupBy(schema.objects.column, keyOfColumn);
  const byKey = new Map(partitions.map((each) => [keyOfTable(each), each]));
  const columnsOf = (partition: Partition, visited: readonly Partition[] = []): readonly Column[] => {
    const own = columns.get(keyOfTable(partition)) ?? [];
    if (listed.has(keyOfTable(partition)) || visited.includes(partition)) return own;
    const parent = byKey.get(keyOfParent(partition));
    const parents = parent
      ? columnsOf(parent, [...visited, partition])
      : (columns.get(keyOfParent(partition)) ?? []);
    return parents.map((column) => ({
      ...repeated(column),
      schema: partition.schema,
      relation: partition.name,
      ...remarkOf(own.find(({ name }) => name === column.name)),
    }));
  };
  const completed = new Map(lacking.map((each) => [keyOfTable(each), columnsOf(each)]));
  const all = [
    ...schema.objects.column.filter((column) => !completed.get(keyOfColumn(column))?.length),
    ...[...completed.values()].flat(),
  ];
  const column = inCanonicalOrder('column', all, schema.namespaces);
  return { ...schema, objects: { ...schema.objects, column } };
}

type Partition = Pick<Table, 'schema' | 'name'> & { readonly partitionOf: NonNullable<Table['partitionOf']> };

const isPartition = <T extends Pick<Table, 'partitionOf'>>(table: T): table is T & Partition =>
  table.partitionOf !== undefined;

const partitionsIn = ({ objects }: Schema): readonly Partition[] => [
  ...objects.table.filter(isPartition),
  ...objects.foreignTable.filter(isPartition),
];

const keyOfTable = ({ schema, name }: Pick<Table, 'schema' | 'name'>) => keyOf([schema, name]);
const keyOfParent = ({ partitionOf: { schema, table } }: Partition) => keyOf([schema, table]);
const keyOfColumn = ({ schema, relation }: Column) => keyOf([schema, relation]);

/** The relations whose columns the schema lists with their types. */
const relationsWithColumns = ({ objects }: Schema): ReadonlySet<string> =>
  new Set(objects.column.flatMap((column) => (column.type === undefined ? [] : [keyOfColumn(column)])));

/** Properties that always belong to the partition. */
function remarkOf(column: Column | undefined): Pick<Column, 'comment' | 'grants' | 'revokes'> {
  const { comment, grants, revokes } = column ?? {};
  return {
    ...(comment !== undefined && { comment }),
    ...(grants && { grants }),
    ...(revokes && { revokes }),
  };
}

/** Before version 17, a partition could have an identity column that its parent does not have. */
const hasOwnIdentity = (own: readonly Column[], parents: readonly Column[]) =>
  own.some(({ identity }, at) => identity !== undefined && parents[at]?.identity === undefined);

/** The properties that a column of a partition shares with its parent. From version 17 on, these include the identity. */
function repeated({
  schema: _schema,
  relation: _relation,
  identity: _identity,
  comment: _comment,
  grants: _grants,
  revokes: _revokes,
  inherited: _inherited,
  ...facts
}: Column) {
  return facts;
}
