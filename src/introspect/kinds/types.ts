import {
  derivedMultirange,
  type Collation,
  type CompositeType,
  type Domain,
  type DomainConstraint,
  type Enum,
  type RangeType,
} from '../../schema/kinds/types.js';
import {
  NONE,
  baseTypeOf,
  collationIfNot,
  comment,
  covered,
  function_,
  isDefaultClass,
  notOfExtension,
  owner,
  privileges,
  since,
} from '../fragments.js';
import { languageTag } from '../icu-locale.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type ReadScope, type Reader } from '../reader.js';

/** What all kinds of types have. */
interface TypeRow {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

const common = `n.nspname AS schema, t.typname AS name, ${owner('t.typowner')} AS owner,
  ${privileges('t.typacl', 'T', 't.typowner')} AS acl, ${comment('pg_type', 't.oid')} AS comment`;

const ofType = (
  coverage: ReadScope,
  letter: string,
) => `t.typtype = '${letter}' AND ${covered(coverage, 't.typnamespace')}
  AND ${notOfExtension('pg_type', 't.oid')}`;

const own = ({ schema, name, owner: role, acl, comment: text }: TypeRow) => ({
  schema,
  name,
  owner: role,
  ...privilegesOf(acl),
  comment: text,
});

export const enumDefinition: Reader<Enum, TypeRow & { readonly values: readonly string[] }> = {
  sql: (coverage) => `
    SELECT ${common},
      ARRAY(SELECT e.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS values
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE ${ofType(coverage, 'e')}`,
  map: (row) => ({ ...omitDefaults<Omit<Enum, 'values'>>(own(row)), values: row.values }),
};

interface DomainRow extends TypeRow {
  readonly type: string;
  readonly collation: string | null;
  readonly default: string | null;
  readonly not_null: boolean;
}

export const domain: Reader<Domain, DomainRow> = {
  sql: (coverage) => `
    SELECT ${common}, pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
      ${collationIfNot('t.typcollation', 'b.typcollation')} AS collation,
      pg_catalog.pg_get_expr(t.typdefaultbin, ${NONE}) AS default, t.typnotnull AS not_null
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
    WHERE ${ofType(coverage, 'd')}`,
  map: (row) =>
    omitDefaults<Domain>({
      ...own(row),
      type: row.type,
      collation: row.collation,
      default: row.default,
      notNull: row.not_null,
    }),
};

interface DomainConstraintRow {
  readonly schema: string;
  readonly domain: string;
  readonly name: string;
  readonly expression: string;
  readonly valid: boolean;
  readonly comment: string | null;
}

export const domainConstraint: Reader<DomainConstraint, DomainConstraintRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, t.typname AS domain, c.conname AS name,
      pg_catalog.pg_get_expr(c.conbin, ${NONE}) AS expression, c.convalidated AS valid,
      ${comment('pg_constraint', 'c.oid')} AS comment
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_type t ON t.oid = c.contypid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE c.contype = 'c' AND ${ofType(coverage, 'd')}`,
  map: ({ valid, ...row }) => omitDefaults<DomainConstraint>({ ...row, notValid: !valid }),
};

export const compositeType: Reader<CompositeType, TypeRow> = {
  sql: (coverage) => `
    SELECT ${common}
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
    WHERE ${ofType(coverage, 'c')}`,
  map: (row) => omitDefaults<CompositeType>(own(row)),
};

interface RangeRow extends TypeRow {
  readonly subtype: string;
  readonly opclass: string | null;
  readonly collation: string | null;
  readonly canonical: string | null;
  readonly subtype_diff: string | null;
  readonly multirange: string | null;
  readonly multirange_schema: string | null;
}

export const rangeType: Reader<RangeType, RangeRow> = {
  sql: (coverage) => `
    SELECT ${common}, pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
      CASE WHEN NOT ${isDefaultClass('o', baseTypeOf('r.rngsubtype'))} THEN
        CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN pg_catalog.quote_ident(o.opcname)
          ELSE pg_catalog.format('%I.%I', onsp.nspname, o.opcname) END END AS opclass,
      ${collationIfNot('r.rngcollation', 's.typcollation')} AS collation,
      ${function_('r.rngcanonical')} AS canonical, ${function_('r.rngsubdiff')} AS subtype_diff,
      m.typname AS multirange, nullif(mn.nspname, n.nspname) AS multirange_schema
    FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
      JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc JOIN pg_catalog.pg_namespace onsp ON onsp.oid = o.opcnamespace
      LEFT JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid
      LEFT JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
    WHERE ${ofType(coverage, 'r')}`,
  map: (row) =>
    omitDefaults<RangeType>({
      ...own(row),
      subtype: row.subtype,
      opclass: row.opclass,
      collation: row.collation,
      canonical: row.canonical,
      subtypeDiff: row.subtype_diff,
      multirange: row.multirange === derivedMultirange(row.name) ? null : row.multirange,
      multirangeSchema: row.multirange_schema,
    }),
};

interface CollationRow {
  readonly schema: string;
  readonly name: string;
  readonly provider: string;
  readonly locale: string | null;
  readonly lc_ctype: string | null;
  readonly rules: string | null;
  readonly deterministic: boolean;
  readonly owner: string;
  readonly comment: string | null;
}

const PROVIDERS: Readonly<Record<string, string>> = { c: 'libc', i: 'icu', b: 'builtin', d: 'default' };

export const collation: Reader<Collation, CollationRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.collname AS name, c.collprovider AS provider,
      coalesce(${since(coverage, 17, 'c.colllocale', since(coverage, 15, 'c.colliculocale', 'NULL'))}, c.collcollate) AS locale,
      nullif(c.collctype, c.collcollate) AS lc_ctype,
      ${since(coverage, 16, 'c.collicurules', 'NULL')} AS rules, c.collisdeterministic AS deterministic,
      ${owner('c.collowner')} AS owner, ${comment('pg_collation', 'c.oid')} AS comment
    FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    WHERE ${covered(coverage, 'c.collnamespace')} AND ${notOfExtension('pg_collation', 'c.oid')}`,
  map: ({ provider, lc_ctype, deterministic, locale, ...row }) =>
    omitDefaults<Collation>({
      ...row,
      locale: provider === 'i' && locale !== null ? languageTag(locale) : locale,
      provider: PROVIDERS[provider] ?? provider,
      lcCtype: lc_ctype,
      nondeterministic: !deterministic,
    }),
};
