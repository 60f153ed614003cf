import type { Oids, ReadScope } from './reader.js';
import { parameter } from './statements.js';

/**
 * Pieces of SQL that several queries share. Their names are resolved under `OWN_SEARCH_PATH`: no function, operator
 * or
 * type of the database is ever found. Casts are not looked up by name: each operand has exactly the type of its
 * operator, and a value becomes text only by a cast that PostgreSQL brings, or by `textOf`.
 */

/** Used instead of an OID if there is not one. */
export const NONE = `'0'::pg_catalog.oid`;

/** The first OID of objects that were created after initdb. */
export const FIRST_NORMAL_OID = `'16384'::pg_catalog.oid`;

/** Whether a catalog has a row `x` for which a condition holds. */
export const hasRow = (catalog: string, where = 'true') =>
  `EXISTS (SELECT FROM pg_catalog.${catalog} x WHERE ${where})`;

/** Whether a catalog has a row `x` of an object that initdb did not create. */
export const hasOwnRow = (catalog: string, where = 'true') =>
  hasRow(catalog, `x.oid >= ${FIRST_NORMAL_OID} AND ${where}`);

/** A value as text, by its type's output function. A cast is not safe: a user may have created it. */
export const textOf = (type: 'int8' | 'json' | 'jsonb' | 'xid' | 'pg_snapshot_', value: string) =>
  `pg_catalog.textin(pg_catalog.${type}${type.startsWith('json') ? '_' : ''}out(${value}))`;

/** Numbers the elements of an array: the table function `k(at)` of their subscripts. */
export const subscripts = (array: string) => `pg_catalog.generate_subscripts(${array}, 1) AS k(at)`;

const oids = (list: Oids) =>
  typeof list === 'string' ? `ARRAY(${list})` : `'{${list.join(',')}}'::pg_catalog.oid[]`;

/** The object's schema is one of the covered ones. */
export const covered = ({ namespaces }: Pick<ReadScope, 'namespaces'>, column: string) =>
  `${column} = ANY (${oids(namespaces)})`;

/** The relation is in a covered schema, and is not a history table. If its OID is known, an index is used. */
export const coveredRelation = (
  coverage: Pick<ReadScope, 'namespaces' | 'excludedRelations' | 'relations'>,
  relation: string,
) =>
  coverage.relations
    ? `${relation}.oid = ANY (${parameter('oid[]', `{${coverage.relations.join(',')}}`)})`
    : `${covered(coverage, `${relation}.relnamespace`)} AND ${relation}.oid <> ALL (${oids(coverage.excludedRelations)})`;

/** The object does not belong to an extension. */
export const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend ext WHERE ext.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
     AND ext.objid = ${oid} AND ext.deptype = 'e')`;

/** The comment on an object, as a scalar. */
export const comment = (catalog: string, oid: string, sub = '0') =>
  `(SELECT d.description FROM pg_catalog.pg_description d WHERE d.objoid = ${oid}
     AND d.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objsubid = ${sub})`;

export const owner = (oid: string) => `pg_catalog.pg_get_userbyid(${oid})`;

/**
 * What an ACL grants, and what PostgreSQL grants by default, as JSON. NULL if both are the same.
 * `type` is the letter that acldefault() takes. An `additive` list is added to the existing privileges, including the
 * owner's.
 * PostgreSQL manual, 5.8.
 */
export const privileges = (
  acl: string,
  type: string,
  ownerOid: string,
  initial = `pg_catalog.acldefault('${type}', ${ownerOid})`,
  additive = false,
) => {
  const exploded = (list: string) =>
    `(SELECT pg_catalog.json_agg(pg_catalog.json_build_object('grantee', g.grantee, 'role', CASE WHEN g.grantee <> ${NONE} THEN pg_catalog.pg_get_userbyid(g.grantee) END,
       'by', CASE WHEN g.grantor <> ${ownerOid} THEN pg_catalog.pg_get_userbyid(g.grantor) END,
       'privilege', pg_catalog.lower(g.privilege_type), 'grantable', g.is_grantable)) FROM pg_catalog.aclexplode(${list}) g)`;
  return `CASE WHEN ${acl} IS NOT NULL THEN pg_catalog.json_build_object('owner', ${ownerOid}, 'additive', ${additive}, 'granted', ${exploded(acl)},
     'initial', ${exploded(initial)}, 'all', ${exploded(`pg_catalog.acldefault('${type}', ${ownerOid})`)}) END`;
};

/** The names of a relation's columns, in the order of an array of their numbers. */
export const columnNames = (relation: string, numbers: string) =>
  `ARRAY(SELECT a.attname::pg_catalog.text FROM ${subscripts(numbers)}
     CROSS JOIN LATERAL (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum = (${numbers})[k.at] OFFSET 0) a
     ORDER BY k.at)`;

/** A name in a schema, as JSON. */
export const qualifiedName = (schema: string, name: string) =>
  `pg_catalog.json_build_object('schema', ${schema}, 'name', ${name})`;

/** A relation's parents as JSON, in their order; NULL without parents. */
export const parents = (relation: string) =>
  `(SELECT pg_catalog.json_agg(${qualifiedName('pn.nspname', 'p.relname')} ORDER BY i.inhseqno)
    FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
      JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = ${relation})`;

/** A function's name, qualified if necessary; NULL without a function. */
export const function_ = (oid: string) =>
  `CASE WHEN ${oid}::pg_catalog.oid <> ${NONE} THEN ${oid}::pg_catalog.regproc END`;

/** An operator's name and operand types; NULL without an operator. */
export const operator = (oid: string) =>
  `CASE WHEN ${oid} <> ${NONE} THEN ${oid}::pg_catalog.regoperator END`;

/** The names of types, in the order of an array of their OIDs. */
export const typeNames = (oids: string) =>
  `ARRAY(SELECT pg_catalog.format_type((${oids})[k.at], NULL) FROM ${subscripts(oids)} ORDER BY k.at)`;

/** The type of a domain's values; the type itself if it is not a domain. */
export const baseTypeOf = (oid: string) =>
  `coalesce((SELECT nullif(bt.typbasetype, ${NONE}) FROM pg_catalog.pg_type bt WHERE bt.oid = ${oid}), ${oid})`;

/**
 * Whether an operator class, a row of `pg_opclass`, is the one that PostgreSQL chooses for a type if none is named. A
 * class for exactly this type comes before one for a type that it can be taken for, as every enum can for `anyenum`.
 */
export const isDefaultClass = (row: string, type: string) =>
  `(${row}.opcdefault AND (${row}.opcintype = ${type} OR (${row}.opcmethod, ${type}) NOT IN (SELECT own.opcmethod, own.opcintype
     FROM pg_catalog.pg_opclass own WHERE own.opcdefault AND own.oid >= ${FIRST_NORMAL_OID})))`;

/** SQL for servers from a version on, and for those before it. */
export const since = ({ versionNum }: ReadScope, major: number, then: string, otherwise: string) =>
  versionNum >= major * 10_000 ? then : otherwise;

/** A collation's name, if it is not the default of the type. */
export const collationIfNot = (collation: string, own: string) =>
  `CASE WHEN ${collation} <> ${NONE} AND ${collation} <> ${own} THEN ${collation}::pg_catalog.regcollation END`;
