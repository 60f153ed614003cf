import { ALL_KINDS, KINDS } from '../schema/kinds.js';
import {
  FIRST_NORMAL_OID,
  NONE,
  covered,
  coveredRelation,
  hasOwnRow,
  hasRow,
  notOfExtension,
  textOf,
} from './fragments.js';
import type { ReadScope } from './reader.js';

const identify = (classid: string, objid: string, subid = '0') =>
  `pg_catalog.pg_identify_object(${classid}, ${objid}, ${subid}) i`;

/** Not of a schema that is not covered. pg_identify_object() quotes its name. */
const inCoveredSchema = (coverage: ReadScope) =>
  `(i.schema IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE pg_catalog.quote_ident(n.nspname) = i.schema AND ${covered(coverage, 'n.oid')}))`;

/** PostgreSQL manual, SECURITY LABEL. */
export const securityLabels = (coverage: ReadScope) => `
  SELECT 'security label' AS type, i.type || ' ' || i.identity AS identity,
    ${textOf('jsonb', 'pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(s.provider, s.label) ORDER BY s.provider COLLATE pg_catalog."C")')} AS definition
  FROM pg_catalog.pg_seclabel s, ${identify('s.classoid', 's.objoid', 's.objsubid')}
  WHERE ${inCoveredSchema(coverage)} GROUP BY i.type, i.identity`;

/** Catalogs whose objects may be granted on and come with PostgreSQL or an extension: their columns' prefix, acldefault()'s letter, their schema. */
const GRANTABLE = [
  ['pg_class', 'rel', `CASE WHEN o.relkind = 'S' THEN 's' ELSE 'r' END::pg_catalog."char"`, 'o.relnamespace'],
  ['pg_proc', 'pro', `'f'`, 'o.pronamespace'],
  ['pg_type', 'typ', `'T'`, 'o.typnamespace'],
  ['pg_language', 'lan', `'l'`, undefined],
  ['pg_namespace', 'nsp', `'n'`, 'o.oid'],
  ['pg_foreign_data_wrapper', 'fdw', `'F'`, undefined],
] as const;

export const exploded = (acl: string, ownerOid: string) => `
  (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(CASE WHEN g.grantee = ${NONE} THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee) END,
      g.privilege_type, g.is_grantable)
    ORDER BY g.grantee <> ${NONE}, pg_catalog.pg_get_userbyid(g.grantee), g.privilege_type COLLATE pg_catalog."C", g.is_grantable)
   FROM pg_catalog.aclexplode(${acl}) g WHERE g.grantee <> ${ownerOid})`;

/** The privileges that the owner had in one ACL and lacks in another one; NULL without such a privilege. */
const revokedFromOwner = (before: string, acl: string, ownerOid: string) => `
  (SELECT pg_catalog.jsonb_agg(b.privilege_type ORDER BY b.privilege_type COLLATE pg_catalog."C") FROM pg_catalog.aclexplode(${before}) b
   WHERE b.grantee = ${ownerOid} AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(${acl}) a
     WHERE a.grantee = ${ownerOid} AND a.privilege_type = b.privilege_type))`;

/** The OIDs of a catalog's objects that extensions brought: looked up by extension, for they are few among all. */
const ofExtensions = (isCatalog: string) =>
  `ARRAY(SELECT e.objid FROM pg_catalog.pg_depend e WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND e.classid = ${isCatalog} AND e.deptype = 'e')`;

/**
 * Privileges on objects of PostgreSQL or of an extension that differ from their initial privileges. Of such objects,
 * pg_dump dumps only these privileges. It leaves out `information_schema`, and so does this query.
 */
export const changedSystemPrivileges = () => `
  SELECT 'privileges' AS type, i.type || ' ' || i.identity AS identity,
    coalesce(${textOf('jsonb', 'now.acl')}, '') || coalesce(' without ' || ${textOf('jsonb', 'now.revoked')}, '') AS definition
  FROM (${GRANTABLE.map(changedAcls).join('\n    UNION ALL ')}) x,
    LATERAL (SELECT ${exploded('x.acl', 'x.owner')} AS acl, ${revokedFromOwner('x.initial', 'x.acl', 'x.owner')} AS revoked) now,
    LATERAL (SELECT ${exploded('x.initial', 'x.owner')} AS acl) before, ${identify('x.classid', 'x.oid')}
  WHERE now.acl IS DISTINCT FROM before.acl OR now.revoked IS NOT NULL`;

/** The objects of a catalog whose ACL is not the one that they came with. */
function changedAcls([catalog, prefix, letter, namespace]: (typeof GRANTABLE)[number]): string {
  const isCatalog = `'pg_catalog.${catalog}'::pg_catalog.regclass`;
  const usual = `pg_catalog.acldefault(${letter}, o.${prefix}owner)`;
  return `
    SELECT ${isCatalog} AS classid, o.oid, o.${prefix}owner AS owner, coalesce(o.${prefix}acl, ${usual}) AS acl, coalesce(p.initprivs, ${usual}) AS initial
    FROM pg_catalog.${catalog} o LEFT JOIN pg_catalog.pg_init_privs p ON p.objoid = o.oid AND p.classoid = ${isCatalog} AND p.objsubid = 0
    WHERE o.${prefix}acl IS DISTINCT FROM p.initprivs
      AND (o.oid < ${FIRST_NORMAL_OID} ${namespace === undefined ? '' : `AND ${namespace} = 'pg_catalog'::pg_catalog.regnamespace`} OR o.oid = ANY (${ofExtensions(isCatalog)}))`;
}

const CLASS = `'pg_catalog.pg_class'::pg_catalog.regclass`;

/**
 * Conditions that hold if `changedColumnPrivileges` or `systemColumnPrivileges` have rows. Only few of all columns are
 * looked at closely.
 */
const MAY_BE_CHANGED_COLUMNS = [
  `EXISTS (SELECT FROM pg_catalog.pg_attribute a
    WHERE CASE WHEN a.attacl IS NOT NULL THEN a.attnum < 0 OR a.attrelid < ${FIRST_NORMAL_OID} OR a.attrelid = ANY (${ofExtensions(CLASS)}) END
      AND a.attacl IS DISTINCT FROM (SELECT p.initprivs FROM pg_catalog.pg_init_privs p
        WHERE p.objoid = a.attrelid AND p.classoid = ${CLASS} AND p.objsubid = a.attnum))`,
  `EXISTS (SELECT FROM pg_catalog.pg_init_privs p JOIN pg_catalog.pg_attribute a ON a.attrelid = p.objoid AND a.attnum = p.objsubid
    WHERE p.classoid = ${CLASS} AND p.objsubid <> 0 AND a.attacl IS NULL)`,
];

/** The columns with privileges of their own, as a part of WITH: finding them among all columns takes time. */
export const GRANTED_COLUMNS = `granted_columns AS MATERIALIZED (
    SELECT a.attrelid, a.attnum, a.attacl FROM pg_catalog.pg_attribute a WHERE a.attacl IS NOT NULL)`;

/** The same of columns. Needs `GRANTED_COLUMNS`. */
export const changedColumnPrivileges = () => `
  SELECT 'privileges' AS type, i.type || ' ' || i.identity AS identity, coalesce(${textOf('jsonb', 'now.acl')}, '') AS definition
  FROM (SELECT a.attrelid, a.attnum, a.attacl AS acl, o.relowner AS owner, p.initprivs AS initial
    FROM (SELECT g.attrelid, g.attnum FROM granted_columns g
        UNION SELECT b.objoid, b.objsubid FROM pg_catalog.pg_init_privs b
        WHERE b.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND b.objsubid <> 0) k
      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.attrelid AND a.attnum = k.attnum
      JOIN pg_catalog.pg_class o ON o.oid = a.attrelid
      LEFT JOIN pg_catalog.pg_init_privs p ON p.objoid = o.oid AND p.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.objsubid = a.attnum
    WHERE a.attacl IS DISTINCT FROM p.initprivs AND NOT a.attisdropped
      AND (o.oid < ${FIRST_NORMAL_OID} AND o.relnamespace = 'pg_catalog'::pg_catalog.regnamespace OR EXISTS (SELECT FROM pg_catalog.pg_depend e
        WHERE e.objid = o.oid AND e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.deptype = 'e'))) x,
    LATERAL (SELECT ${exploded('x.acl', 'x.owner')} AS acl) now, LATERAL (SELECT ${exploded('x.initial', 'x.owner')} AS acl) before,
    ${identify(`'pg_catalog.pg_class'::pg_catalog.regclass`, 'x.attrelid', 'x.attnum')}
  WHERE now.acl IS DISTINCT FROM before.acl`;

/**
 * Privileges on system columns, such as `ctid`. A table of a report has no line for these columns. Needs
 * `GRANTED_COLUMNS`.
 */
export const systemColumnPrivileges = (coverage: ReadScope) => `
  SELECT 'privileges' AS type, i.type || ' ' || i.identity AS identity, ${textOf('jsonb', 'x.acl')} AS definition
  FROM (SELECT a.attrelid, a.attnum, ${exploded('a.attacl', 'o.relowner')} AS acl
    FROM granted_columns a JOIN pg_catalog.pg_class o ON o.oid = a.attrelid
    WHERE a.attnum < 0 AND ${coveredRelation(coverage, 'o')} AND ${notOfExtension('pg_class', 'o.oid')}) x,
    ${identify(`'pg_catalog.pg_class'::pg_catalog.regclass`, 'x.attrelid', 'x.attnum')}
  WHERE x.acl IS NOT NULL`;

/** What goes when an extension goes: PostgreSQL manual, ALTER FUNCTION and others, DEPENDS ON EXTENSION. */
export const extensionDependencies = (coverage: ReadScope) => `
  SELECT DISTINCT 'dependency on an extension' AS type, i.type || ' ' || i.identity || ' on ' || pg_catalog.quote_ident(e.extname) AS identity, '' AS definition
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid, ${identify('d.classid', 'd.objid')}
  WHERE d.deptype = 'x' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND ${inCoveredSchema(coverage)}`;

/** NOT NULL is a fact of the column. From 17 on it may have a comment of its own. */
export const notNullComments = (coverage: ReadScope) => `
  SELECT 'comment' AS type, i.type || ' ' || i.identity AS identity, d.description AS definition
  FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_description d ON d.objoid = c.oid
      AND d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass, ${identify(`'pg_catalog.pg_constraint'::pg_catalog.regclass`, 'c.oid')}
  WHERE c.contype = 'n' AND ${covered(coverage, 'c.connamespace')}`;

/** The catalogs that the readers of all kinds read. Large objects are data, and are not part of a schema. */
const KNOWN_CATALOGS: readonly string[] = [
  ...new Set(ALL_KINDS.flatMap((kind) => KINDS[kind].catalogs)),
  'pg_largeobject',
];

/** Kinds of objects within known catalogs that a query of ours reads, or that are parts of others. */
const KNOWN_LETTERS = [
  ['pg_class', 'relkind', 'relnamespace', `'r', 'p', 'v', 'm', 'f', 'c', 'S', 'i', 'I', 't'`],
  ['pg_type', 'typtype', 'typnamespace', `'b', 'c', 'd', 'e', 'p', 'r', 'm'`],
  ['pg_proc', 'prokind', 'pronamespace', `'f', 'p', 'a', 'w'`],
  ['pg_constraint', 'contype', 'connamespace', `'c', 'f', 'n', 'p', 'u', 't', 'x'`],
] as const;

/** The OIDs of the catalogs whose objects are known, as a subquery. */
const knownClasses = (isKnown: (catalog: string) => boolean = () => true) =>
  `SELECT k.oid FROM pg_catalog.pg_class k WHERE k.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
      AND k.relname IN (${KNOWN_CATALOGS.filter(isKnown)
        .map((name) => `'${name}'`)
        .join(', ')})`;

/** A subquery's condition on the class of an object: dependencies are many, and classes are few. */
const isUnknown = (dependency: string, isKnown?: (catalog: string) => boolean) =>
  `${dependency}.objid >= ${FIRST_NORMAL_OID} AND ${dependency}.classid NOT IN (${knownClasses(isKnown)})`;

/** The object of a shared dependency is in this database. */
const isHere = (dependency: string) =>
  `${dependency}.dbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())`;

/** What a later PostgreSQL may bring: objects in catalogs, or of kinds, that no query here knows of. */
export const unknownObjects = (coverage: ReadScope, isKnown?: (catalog: string) => boolean) =>
  [
    `SELECT DISTINCT i.type, i.identity, '' AS definition
     FROM (SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE ${isUnknown('d', isKnown)}
         UNION SELECT s.classid, s.objid FROM pg_catalog.pg_shdepend s
         WHERE ${isHere('s')} AND ${isUnknown('s', isKnown)}) d,
       ${identify('d.classid', 'd.objid')}
     WHERE ${inCoveredSchema(coverage)}`,
    ...KNOWN_LETTERS.map(
      ([catalog, letter, namespace, known]) => `
     SELECT i.type, i.identity, '' AS definition FROM pg_catalog.${catalog} x, ${identify(`'pg_catalog.${catalog}'::pg_catalog.regclass`, 'x.oid')}
     WHERE x.${letter} NOT IN (${known}) AND ${covered(coverage, `x.${namespace}`)}`,
    ),
  ].join('\nUNION ALL\n');

/**
 * The classes of all dependent objects, as a part of WITH RECURSIVE. An index on the class finds each of them: there are
 * a few dozens of classes, and many dependencies of each.
 */
export const DEPENDENT_CLASSES = `dependent_classes(id) AS (
    SELECT pg_catalog.min(d.classid) FROM pg_catalog.pg_depend d
    UNION ALL SELECT (SELECT pg_catalog.min(d.classid) FROM pg_catalog.pg_depend d WHERE d.classid > c.id)
    FROM dependent_classes c WHERE c.id IS NOT NULL)`;

/** The letters of all objects that initdb did not create, as parts of WITH: several conditions need them. */
export const LETTERS = KNOWN_LETTERS.map(
  ([catalog, letter]) => `${letter}s AS MATERIALIZED (
    SELECT DISTINCT x.${letter} AS letter FROM pg_catalog.${catalog} x WHERE x.oid >= ${FIRST_NORMAL_OID})`,
).join(', ');

/** Whether there is an object with a letter for which a condition holds. Needs `LETTERS`. */
export const hasLetter = (letter: (typeof KNOWN_LETTERS)[number][1], where: string) =>
  `EXISTS (SELECT FROM ${letter}s x WHERE x.letter ${where})`;

/**
 * Conditions of which at least one holds if one of the queries above has rows. They need `LETTERS` and
 * `DEPENDENT_CLASSES`.
 */
export const MAY_BE_GUARDED: readonly string[] = [
  hasRow('pg_seclabel'),
  `EXISTS (${GRANTABLE.map(changedAcls).join('\n    UNION ALL ')})`,
  hasRow('pg_depend', `x.deptype = 'x' AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass`),
  hasOwnRow(
    'pg_constraint',
    `x.contype = 'n' AND EXISTS (SELECT FROM pg_catalog.pg_description d WHERE d.objoid = x.oid AND d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass)`,
  ),
  `EXISTS (SELECT FROM dependent_classes c WHERE c.id NOT IN (${knownClasses()}))`,
  hasRow('pg_shdepend', `${isHere('x')} AND ${isUnknown('x')}`),
  ...MAY_BE_CHANGED_COLUMNS,
  ...KNOWN_LETTERS.map(([, letter, , known]) => hasLetter(letter, `NOT IN (${known})`)),
];
