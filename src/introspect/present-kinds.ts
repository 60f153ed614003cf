import { ALL_KINDS, type Kind } from '../schema/kinds.js';
import { FIRST_NORMAL_OID } from './fragments.js';
import { rowsOf, statements, type Connection } from './statements.js';

/** Whether a catalog has a row for which a condition holds. */
const rows = (catalog: string, where: string) =>
  `EXISTS (SELECT FROM pg_catalog.${catalog} x WHERE ${where})`;

/** Whether a catalog has a row of an object that initdb did not create. */
const ownRows = (catalog: string, where = 'true') =>
  rows(catalog, `x.oid >= ${FIRST_NORMAL_OID} AND ${where}`);

const ofRelkind = (relkind: string) => ownRows('pg_class', `x.relkind = '${relkind}'`);
const ofTyptype = (typtype: string) => ownRows('pg_type', `x.typtype = '${typtype}'`);
const ofContype = (contype: string) => ownRows('pg_constraint', `x.contype = '${contype}'`);
const ofProkind = (prokind: string) => ownRows('pg_proc', `x.prokind = '${prokind}'`);

/**
 * Conditions that hold if a database has any object of a kind; they may also hold if it has none. Kinds that nearly every
 * database has are missing.
 */
const PRESENT: Readonly<Partial<Record<Kind, string>>> = {
  defaultPrivileges: ownRows('pg_default_acl'),
  enum: ofTyptype('e'),
  domain: ofTyptype('d'),
  domainConstraint: ofTyptype('d'),
  compositeType: ofRelkind('c'),
  rangeType: ofTyptype('r'),
  collation: ownRows('pg_collation'),
  sequence: ofRelkind('S'),
  foreignTable: ofRelkind('f'),
  view: ofRelkind('v'),
  materializedView: ofRelkind('m'),
  foreignKey: ofContype('f'),
  check: ofContype('c'),
  exclusionConstraint: ofContype('x'),
  trigger: rows('pg_trigger', 'NOT x.tgisinternal'),
  policy: ownRows('pg_policy'),
  rule: ownRows('pg_rewrite', `x.rulename <> '_RETURN'`),
  statistics: ownRows('pg_statistic_ext'),
  function: ownRows('pg_proc', `x.prokind IN ('f', 'w')`),
  procedure: ofProkind('p'),
  aggregate: ofProkind('a'),
  operator: ownRows('pg_operator'),
  cast: ownRows('pg_cast'),
  textSearchConfiguration: ownRows('pg_ts_config'),
  textSearchDictionary: ownRows('pg_ts_dict'),
  foreignDataWrapper: ownRows('pg_foreign_data_wrapper'),
  foreignServer: ownRows('pg_foreign_server'),
  userMapping: ownRows('pg_foreign_server'),
  publication: ownRows('pg_publication'),
  eventTrigger: ownRows('pg_event_trigger'),
};

const CONDITIONS = Object.entries(PRESENT) as readonly (readonly [kind: Kind, condition: string])[];

const ABSENT_KINDS = `SELECT pg_catalog.array_remove(ARRAY[${CONDITIONS.map(
  ([kind, condition]) => `CASE WHEN NOT ${condition} THEN '${kind}' END`,
).join(', ')}]::pg_catalog.text[], NULL) AS kinds;`;

/**
 * The kinds of which a database may have objects. Most databases have few kinds, and for a small schema, PostgreSQL
 * needs longer to plan a query than to run it.
 */
export async function presentKinds(connection: Connection): Promise<readonly Kind[]> {
  const [answer] = await statements(connection, [ABSENT_KINDS]);
  const absent = new Set(rowsOf<{ kinds: readonly Kind[] }>(answer)[0]?.kinds);
  return ALL_KINDS.filter((kind) => !absent.has(kind));
}
