import { quoteLiteral } from '../postgres/quoting.js';
import type { Column } from '../schema/kinds/column.js';
import type { Index } from '../schema/kinds/index-definition.js';
import type { Aggregate } from '../schema/kinds/aggregate.js';
import type { Routine } from '../schema/kinds/routine.js';
import { derivedMultirange, type Collation, type RangeType } from '../schema/kinds/types.js';
import type { AnyObject, Kind } from '../schema/kinds.js';
import { identityOf, type Schema } from '../schema/model.js';
import { columnsOf, type Named } from './columns-of.js';
import { clause, columnSql, list, qualified, quoted, type Statement } from './ddl.js';

/** A key of an object that is unique in its schema. */
export const keyOf = (kind: Kind, object: AnyObject) => JSON.stringify([kind, ...identityOf(kind, object)]);

/**
 * Statements that create what expressions can refer to: names, types and signatures. No code of the schema runs:
 * routines get an empty body, and tables stay empty.
 */
export function scaffold(schema: Schema): readonly Statement[] {
  const { namespaces, objects } = schema;
  const columns = columnsOf(schema);
  const typed = (relation: Named) => columns(relation).filter(({ type }) => type !== undefined);
  const tables = new Set(objects.table.map(({ schema, name }) => JSON.stringify([schema, name])));
  return [
    ...namespaces.map((name) => ({ sql: `CREATE SCHEMA IF NOT EXISTS ${quoted(name)}` })),
    ...objects.extension.flatMap(({ name, schema }) => [
      { sql: `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}` },
      { sql: `CREATE EXTENSION IF NOT EXISTS ${quoted(name)} SCHEMA ${quoted(schema)}` },
    ]),
    ...objects.collation.map((collation) => ({ sql: collationSql(collation) })),
    ...objects.enum.map((type) => ({
      sql: `CREATE TYPE ${qualified(type)} AS ENUM (${list(type.values.map(quoteLiteral))})`,
    })),
    ...objects.domain.map((domain) => ({
      sql: `CREATE DOMAIN ${qualified(domain)} AS ${domain.type}${clause('COLLATE ', domain.collation)}`,
    })),
    ...objects.compositeType.map((type) => ({
      sql: `CREATE TYPE ${qualified(type)} AS (${list(typed(type).map(columnSql))})`,
    })),
    ...objects.rangeType.map((type) => ({ sql: rangeSql(type) })),
    ...objects.sequence.map((sequence) => ({
      sql: `CREATE SEQUENCE ${qualified(sequence)} AS ${sequence.dataType}`,
    })),
    ...[...objects.table, ...objects.foreignTable].map((table) => tableStatement(table, typed(table))),
    ...objects.index
      .filter(({ schema, table }) => tables.has(JSON.stringify([schema, table])))
      .flatMap(promiseStatements),
    ...objects.function.map((routine) => ({ sql: functionSql(routine), of: keyOf('function', routine) })),
    ...objects.procedure.map((routine) => ({ sql: procedureSql(routine), of: keyOf('procedure', routine) })),
    ...objects.aggregate.map((aggregate) => ({ sql: aggregateSql(aggregate) })),
    ...objects.operator.map(({ left, right, ...operator }) => ({
      sql: `CREATE OPERATOR ${quoted(operator.schema)}.${operator.name} (FUNCTION = ${operator.function}, ${
        left === '' ? '' : `LEFTARG = ${left}, `
      }RIGHTARG = ${right})`,
    })),
    ...objects.cast.map(({ source, target, function: with_, method, context }) => ({
      sql: `CREATE CAST (${source} AS ${target}) ${
        method === 'inout'
          ? 'WITH INOUT'
          : with_ === undefined
            ? 'WITHOUT FUNCTION'
            : `WITH FUNCTION ${with_}`
      }${clause('AS ', context)}`,
    })),
    ...objects.textSearchDictionary.map((dictionary) => ({
      sql: `CREATE TEXT SEARCH DICTIONARY ${qualified(dictionary)} (TEMPLATE = pg_catalog.simple)`,
    })),
    ...objects.textSearchConfiguration.map((configuration) => ({
      sql: `CREATE TEXT SEARCH CONFIGURATION ${qualified(configuration)} (PARSER = pg_catalog."default")`,
    })),
    ...objects.view.map((view) => ({
      sql: `CREATE VIEW ${qualified(view)} AS ${view.definition}`,
      of: keyOf('view', view),
    })),
    ...objects.materializedView.map((view) => ({
      sql: `CREATE MATERIALIZED VIEW ${qualified(view)} AS ${view.definition} WITH NO DATA`,
      of: keyOf('materializedView', view),
    })),
  ];
}

function collationSql({
  provider,
  locale = '',
  lcCtype,
  rules,
  nondeterministic,
  ...name
}: Collation): string {
  const where =
    lcCtype === undefined
      ? `LOCALE = ${quoteLiteral(locale)}`
      : `LC_COLLATE = ${quoteLiteral(locale)}, LC_CTYPE = ${quoteLiteral(lcCtype)}`;
  return `CREATE COLLATION ${qualified(name)} (PROVIDER = ${provider}, ${where}${
    rules === undefined ? '' : `, RULES = ${quoteLiteral(rules)}`
  }${nondeterministic ? ', DETERMINISTIC = false' : ''})`;
}

function rangeSql({ subtype, opclass, collation, multirange, multirangeSchema, ...type }: RangeType): string {
  const options = [
    `SUBTYPE = ${subtype}`,
    ...(opclass === undefined ? [] : [`SUBTYPE_OPCLASS = ${opclass}`]),
    ...(collation === undefined ? [] : [`COLLATION = ${collation}`]),
    ...(multirange === undefined && multirangeSchema === undefined
      ? []
      : [
          `MULTIRANGE_TYPE_NAME = ${qualified({ schema: multirangeSchema ?? type.schema, name: multirange ?? derivedMultirange(type.name) })}`,
        ]),
  ];
  return `CREATE TYPE ${qualified(type)} AS RANGE (${list(options)})`;
}

interface TableLike extends Named {
  readonly partitionOf?: { readonly schema: string; readonly table: string };
}

/** A partition without columns of its own has those of its parent. */
function tableStatement(table: TableLike, columns: readonly Column[]): Statement {
  const { partitionOf: parent } = table;
  if (columns.length === 0 && parent)
    return {
      sql: `CREATE TABLE ${qualified(table)} (LIKE ${qualified({ schema: parent.schema, name: parent.table })})`,
    };
  return {
    sql: `CREATE TABLE ${qualified(table)} (${list(columns.map(columnSql))})`,
    // If the type of one column does not exist, the other columns are still created.
    instead: [
      { sql: `CREATE TABLE ${qualified(table)} ()` },
      ...columns.map((column) => ({
        sql: `ALTER TABLE ${qualified(table)} ADD COLUMN ${columnSql(column)}`,
      })),
    ],
  };
}

/** A query may depend on a primary key and may name a constraint. */
function promiseStatements({ keys, unique, ...index }: Index): readonly Statement[] {
  const columns = keys.flatMap(({ column }) => column ?? []);
  if (unique === undefined || unique === 'index') return [];
  const table = qualified({ schema: index.schema, name: index.table });
  const promise = unique === 'primary key' ? 'PRIMARY KEY' : 'UNIQUE';
  return [
    {
      sql: `ALTER TABLE ${table} ADD CONSTRAINT ${quoted(index.name)} ${promise} (${list(columns.map(quoted))})`,
    },
  ];
}

const signature = (routine: Routine) => `${qualified(routine)}(${routine.parameters ?? routine.arguments})`;
/** An empty body. A body in standard SQL is kept: PostgreSQL parses it, so it is an expression itself. */
const body = ({ sqlBody }: Routine) =>
  sqlBody === undefined ? 'LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$' : `LANGUAGE sql ${sqlBody}`;

function functionSql(routine: Routine): string {
  const { returns = 'void', volatility = 'volatile', window, strict } = routine;
  return `CREATE FUNCTION ${signature(routine)} RETURNS ${returns} ${volatility}${window ? ' WINDOW' : ''}${
    strict ? ' STRICT' : ''
  } ${body(routine)}`;
}

const procedureSql = (routine: Routine) => `CREATE PROCEDURE ${signature(routine)} ${body(routine)}`;

function aggregateSql(aggregate: Aggregate): string {
  const options = [
    `SFUNC = ${aggregate.stateFunction}`,
    `STYPE = ${aggregate.stateType}`,
    ...(aggregate.finalFunction === undefined ? [] : [`FINALFUNC = ${aggregate.finalFunction}`]),
    ...(aggregate.finalExtra ? ['FINALFUNC_EXTRA'] : []),
    ...(aggregate.initialCondition === undefined
      ? []
      : [`INITCOND = ${quoteLiteral(aggregate.initialCondition)}`]),
    ...(aggregate.hypothetical ? ['HYPOTHETICAL'] : []),
  ];
  return `CREATE AGGREGATE ${qualified(aggregate)}(${aggregate.arguments}) (${list(options)})`;
}
