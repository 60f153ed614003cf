import type { AnyObject, Kind, ObjectByKind } from '../schema/kinds.js';
import { identityOf } from '../schema/model.js';
import { clause, keySql, list, qualified, quoted } from './ddl.js';

/** How the expressions of an object are re-created, on top of the scaffold. */
export interface Probe {
  /** Absent if the scaffold creates the object. */
  readonly sql?: string;
  /** The identity of the object that then holds the expressions. */
  readonly identity: readonly string[];
}

type Statements = { readonly [K in Kind]?: (object: ObjectByKind[K]) => string };

const relation = ({ schema, table }: { readonly schema: string; readonly table: string }) =>
  qualified({ schema, name: table });

/** Statements with the expression as it is, and only what else they need. */
const STATEMENTS: Statements = {
  domain: (domain) => `ALTER DOMAIN ${qualified(domain)} SET DEFAULT ${domain.default ?? 'NULL'}`,
  domainConstraint: ({ schema, domain, name, expression }) =>
    `ALTER DOMAIN ${qualified({ schema, name: domain })} ADD CONSTRAINT ${quoted(name)} CHECK (${expression})`,
  check: (check) =>
    `ALTER TABLE ${relation(check)} ADD CONSTRAINT ${quoted(check.name)} CHECK (${check.expression}) NOT VALID`,
  index: (index) =>
    `CREATE INDEX ${quoted(index.name)} ON ${relation(index)} USING ${quoted(index.method ?? 'btree')} (${list(
      index.keys.map(keySql),
    )})${clause('WHERE (', index.predicate, ')')}`,
  exclusionConstraint: (constraint) =>
    `ALTER TABLE ${relation(constraint)} ADD CONSTRAINT ${quoted(constraint.name)} EXCLUDE USING ${quoted(
      constraint.method ?? 'btree',
    )} (${list(constraint.elements.map((element) => `${keySql(element)} WITH ${element.operator}`))})${clause(
      'WHERE (',
      constraint.predicate,
      ')',
    )}`,
  trigger: ({ when = 'true', events, timing, level, oldTable, newTable, ...trigger }) =>
    `CREATE TRIGGER ${quoted(trigger.name)} ${timing} ${events.join(' OR ')} ON ${relation(trigger)}${
      oldTable === undefined && newTable === undefined ? '' : ' REFERENCING'
    }${clause('OLD TABLE AS ', oldTable && quoted(oldTable))}${clause(
      'NEW TABLE AS ',
      newTable && quoted(newTable),
    )} FOR EACH ${level} WHEN (${when}) EXECUTE FUNCTION ${qualified(trigger.function)}()`,
  policy: (policy) =>
    `CREATE POLICY ${quoted(policy.name)} ON ${relation(policy)}${clause('FOR ', policy.command)}${clause(
      'USING (',
      policy.using,
      ')',
    )}${clause('WITH CHECK (', policy.withCheck, ')')}`,
  rule: (rule) =>
    `CREATE RULE ${quoted(rule.name)} AS ON ${rule.event} TO ${relation(rule)} ${rule.definition}`,
  statistics: ({ columns = [], expressions = [], of, ...statistics }) =>
    `CREATE STATISTICS ${qualified(statistics)} ON ${list([
      ...columns.map(quoted),
      ...expressions.map((expression) => `(${expression})`),
    ])} FROM ${qualified(of)}`,
  publication: ({ name, tables = [] }) =>
    `CREATE PUBLICATION ${quoted(name)} FOR TABLE ${list(
      tables.map((table) => `ONLY ${qualified(table)}${clause('WHERE (', table.filter, ')')}`),
    )}`,
};

/** The name of an object that stands in for one whose expression can only be given when it is created. */
const STAND_IN = 'driftmark_stand_in';

export function probeFor(kind: Kind, object: AnyObject, number: number): Probe {
  const name = `${STAND_IN}_${number}`;
  if (kind === 'column') return columnProbe(object as ObjectByKind['column'], name);
  if (kind === 'table') return tableProbe(object as ObjectByKind['table'], name);
  const sql = (STATEMENTS[kind] as ((object: AnyObject) => string) | undefined)?.(object);
  return { identity: identityOf(kind, object), ...(sql !== undefined && { sql }) };
}

function columnProbe(column: ObjectByKind['column'], standIn: string): Probe {
  const { schema, relation: table, name, generated, type = 'text', maxLength } = column;
  const alter = `ALTER TABLE ${qualified({ schema, name: table })}`;
  if (generated === undefined) {
    const sql = `${alter} ALTER COLUMN ${quoted(name)} SET DEFAULT ${column.default ?? 'NULL'}`;
    return { sql, identity: [schema, table, name] };
  }
  const length = maxLength === undefined ? '' : `(${maxLength})`;
  return {
    sql: `${alter} ADD COLUMN ${quoted(standIn)} ${type}${length} GENERATED ALWAYS AS (${generated.expression}) STORED`,
    identity: [schema, table, standIn],
  };
}

const tableProbe = (table: ObjectByKind['table'], standIn: string): Probe => ({
  sql: `CREATE TABLE ${qualified({ schema: table.schema, name: standIn })} (LIKE ${qualified(table)}) PARTITION BY ${
    table.partitionBy ?? ''
  }`,
  identity: [table.schema, standIn],
});
