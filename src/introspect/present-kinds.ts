import { ALL_KINDS, type Kind } from '../schema/kinds.js';
import { FIRST_NORMAL_OID } from './fragments.js';
import { rowsOf, statements, type Connection } from './statements.js';

const rows = (catalog: string, where = `x.oid >= ${FIRST_NORMAL_OID}`) =>
  `EXISTS (SELECT FROM pg_catalog.${catalog} x WHERE ${where})`;
const ofRelkind = (relkind: string) =>
  rows('pg_class', `x.relkind = '${relkind}' AND x.oid >= ${FIRST_NORMAL_OID}`);
const ofTyptype = (typtype: string) =>
  rows('pg_type', `x.typtype = '${typtype}' AND x.oid >= ${FIRST_NORMAL_OID}`);
const ofContype = (contype: string) =>
  rows('pg_constraint', `x.contype = '${contype}' AND x.oid >= ${FIRST_NORMAL_OID}`);
const ofProkind = (...kinds: readonly string[]) =>
  rows(
    'pg_proc',
    `(${kinds.map((kind) => `x.prokind = '${kind}'`).join(' OR ')}) AND x.oid >= ${FIRST_NORMAL_OID}`,
  );

/**
 * Conditions that hold if a database has any object of a kind; they may also hold if it has none. Kinds that nearly every
 * database has are missing.
 */
const PRESENT: Readonly<Partial<Record<Kind, string>>> = {
  defaultPrivileges: rows('pg_default_acl'),
  enum: ofTyptype('e'),
  domain: ofTyptype('d'),
  domainConstraint: ofTyptype('d'),
  compositeType: ofRelkind('c'),
  rangeType: ofTyptype('r'),
  collation: rows('pg_collation'),
  sequence: ofRelkind('S'),
  foreignTable: ofRelkind('f'),
  view: ofRelkind('v'),
  materializedView: ofRelkind('m'),
  foreignKey: ofContype('f'),
  check: ofContype('c'),
  exclusionConstraint: ofContype('x'),
  trigger: rows('pg_trigger', 'NOT x.tgisinternal'),
  policy: rows('pg_policy'),
  rule: rows('pg_rewrite', `x.rulename <> '_RETURN' AND x.oid >= ${FIRST_NORMAL_OID}`),
  statistics: rows('pg_statistic_ext'),
  function: ofProkind('f', 'w'),
  procedure: ofProkind('p'),
  aggregate: ofProkind('a'),
  operator: rows('pg_operator'),
  cast: rows('pg_cast'),
  textSearchConfiguration: rows('pg_ts_config'),
  textSearchDictionary: rows('pg_ts_dict'),
  foreignDataWrapper: rows('pg_foreign_data_wrapper'),
  foreignServer: rows('pg_foreign_server'),
  userMapping: rows('pg_foreign_server'),
  publication: rows('pg_publication'),
  eventTrigger: rows('pg_event_trigger'),
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
