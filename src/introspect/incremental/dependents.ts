import { parameter, rowsOf, statements, type Connection } from '../statements.js';

/** Changes that cannot be mapped to single objects: everything has to be read again. */
export class Unmapped extends Error {
  override readonly name = 'Unmapped';
}

/**
 * The routines that came, changed or went, by name: whether all of them are new, and how many are there now.
 */
export type ChangedRoutines = Map<string, { readonly isNew: boolean; readonly count: number }>;

/**
 * An expression prints a function's schema if the name alone would mean another function. So a name that several functions
 * have, and of which one came, changed or went, may change any expression.
 */
export async function assertUnambiguous(connection: Connection, routines: ChangedRoutines): Promise<void> {
  if (routines.size === 0) return;
  const names = `{${[...routines.keys()].map((name) => JSON.stringify(name)).join(',')}}`;
  const [answer] = await statements(connection, [
    `SELECT p.proname AS name, pg_catalog.count(*) AS count FROM pg_catalog.pg_proc p
     WHERE p.proname = ANY (${parameter('name[]', names)}) GROUP BY p.proname;`,
  ]);
  for (const { name, count } of rowsOf<{ name: string; count: string }>(answer)) {
    const known = routines.get(name);
    if (!known || Number(count) > known.count || (Number(count) > 1 && !known.isNew)) throw new Unmapped();
  }
}

/** Relations, by OID, and whether routines depend on a change. */
export interface Dependents {
  readonly relations: readonly string[];
  readonly routines: boolean;
}

/**
 * What may be printed in another way because a relation changed: views, rules, policies and routines that use it (a
 * new column may need an alias in them), its partitions and their indexes, and the table of an identity sequence.
 */
export async function dependentsOf(
  connection: Connection,
  relations: ReadonlySet<string>,
): Promise<Dependents> {
  if (relations.size === 0) return { relations: [], routines: false };
  const [answer] = await statements(connection, [
    dependentsQuery(parameter('oid[]', `{${[...relations].join(',')}}`)),
  ]);
  const rows = rowsOf<{ relation: number | null }>(answer);
  return {
    relations: rows.flatMap(({ relation }) => (relation === null ? [] : [String(relation)])),
    routines: rows.some(({ relation }) => relation === null),
  };
}

const isOf = (column: string, catalog: string) => `${column} = 'pg_catalog.${catalog}'::pg_catalog.regclass`;

const dependentsQuery = (oids: string) => `WITH RECURSIVE descendants AS (
    SELECT h.inhrelid AS oid FROM pg_catalog.pg_inherits h WHERE h.inhparent = ANY (${oids})
    UNION SELECT h.inhrelid FROM descendants d JOIN pg_catalog.pg_inherits h ON h.inhparent = d.oid),
  used AS MATERIALIZED (SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
    WHERE ${isOf('d.refclassid', 'pg_class')} AND d.refobjid = ANY (${oids}))
  SELECT d.oid AS relation FROM descendants d
  UNION SELECT r.ev_class FROM used u JOIN pg_catalog.pg_rewrite r ON r.oid = u.objid WHERE ${isOf('u.classid', 'pg_rewrite')}
  UNION SELECT p.polrelid FROM used u JOIN pg_catalog.pg_policy p ON p.oid = u.objid WHERE ${isOf('u.classid', 'pg_policy')}
  UNION SELECT d.refobjid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
    WHERE ${isOf('d.classid', 'pg_class')} AND d.objid = ANY (${oids}) AND ${isOf('d.refclassid', 'pg_class')} AND d.deptype = 'i'
  UNION SELECT NULL FROM used u WHERE ${isOf('u.classid', 'pg_proc')};`;
