import { ALL_KINDS, type Kind } from '../schema/kinds.js';
import { hasOwnRow, hasRow } from './fragments.js';
import { MAY_BE_UNCOVERED } from './kinds/unmodelled.js';
import { DEPENDENT_CLASSES, hasLetter, LETTERS } from './unmodelled-guard.js';
import { rowsOf, statements, type Connection } from './statements.js';

const ofRelkind = (relkind: string) => hasLetter('relkind', `= '${relkind}'`);
const ofTyptype = (typtype: string) => hasLetter('typtype', `= '${typtype}'`);
const ofContype = (contype: string) => hasLetter('contype', `= '${contype}'`);
const ofProkind = (prokind: string) => hasLetter('prokind', `= '${prokind}'`);

/**
 * Conditions that hold if a database has any object of a kind; they may also hold if it has none. Kinds that nearly every
 * database has are missing.
 */
const PRESENT: Readonly<Partial<Record<Kind, string>>> = {
  defaultPrivileges: hasOwnRow('pg_default_acl'),
  enum: ofTyptype('e'),
  domain: ofTyptype('d'),
  domainConstraint: ofTyptype('d'),
  compositeType: ofRelkind('c'),
  rangeType: ofTyptype('r'),
  collation: hasOwnRow('pg_collation'),
  sequence: ofRelkind('S'),
  foreignTable: ofRelkind('f'),
  view: ofRelkind('v'),
  materializedView: ofRelkind('m'),
  foreignKey: ofContype('f'),
  check: ofContype('c'),
  exclusionConstraint: ofContype('x'),
  trigger: hasRow('pg_trigger', 'NOT x.tgisinternal'),
  policy: hasOwnRow('pg_policy'),
  rule: hasOwnRow('pg_rewrite', `x.rulename <> '_RETURN'`),
  statistics: hasOwnRow('pg_statistic_ext'),
  function: hasLetter('prokind', `IN ('f', 'w')`),
  procedure: ofProkind('p'),
  aggregate: ofProkind('a'),
  operator: hasOwnRow('pg_operator'),
  cast: hasOwnRow('pg_cast'),
  textSearchConfiguration: hasOwnRow('pg_ts_config'),
  textSearchDictionary: hasOwnRow('pg_ts_dict'),
  foreignDataWrapper: hasOwnRow('pg_foreign_data_wrapper'),
  foreignServer: hasOwnRow('pg_foreign_server'),
  userMapping: hasOwnRow('pg_foreign_server'),
  publication: hasOwnRow('pg_publication'),
  eventTrigger: hasOwnRow('pg_event_trigger'),
  uncovered: `(${MAY_BE_UNCOVERED.join(' OR ')})`,
};

const CONDITIONS = Object.entries(PRESENT) as readonly (readonly [kind: Kind, condition: string])[];

const ABSENT_KINDS = `WITH RECURSIVE ${DEPENDENT_CLASSES}, ${LETTERS}
  SELECT pg_catalog.array_remove(ARRAY[${CONDITIONS.map(
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
