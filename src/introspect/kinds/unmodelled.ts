import type { Catalog } from '../../schema/definition.js';
import type { Uncovered } from '../../schema/kinds/unmodelled.js';
import {
  FIRST_NORMAL_OID,
  NONE,
  covered,
  function_,
  hasOwnRow,
  notOfExtension,
  operator,
  owner,
  textOf,
} from '../fragments.js';
import type { ReadScope, Reader } from '../reader.js';
import {
  exploded,
  GRANTED_COLUMNS,
  changedColumnPrivileges,
  changedSystemPrivileges,
  extensionDependencies,
  MAY_BE_GUARDED,
  notNullComments,
  securityLabels,
  systemColumnPrivileges,
  unknownObjects,
} from '../unmodelled-guard.js';

interface Row {
  readonly type: string;
  readonly identity: string;
  /** The complete definition, without OIDs, as text that is the same on every server. */
  readonly definition: string;
  readonly owner: string | null;
}

/**
 * Rare kinds that are not modelled, and everything else in the catalogs. The report contains the name of each such
 * object and a hash of its definition, so that any change is drift.
 */
export const uncovered: Reader<Uncovered, Row> = {
  sql: (coverage) =>
    `WITH ${GRANTED_COLUMNS} ${[
      ...definitions(coverage).map((one) => definitionQuery(one)),
      ...[
        securityLabels(coverage),
        changedSystemPrivileges(),
        changedColumnPrivileges(),
        systemColumnPrivileges(coverage),
        extensionDependencies(coverage),
        notNullComments(coverage),
        unknownObjects(coverage),
      ].map((query) => `SELECT q.*, NULL::pg_catalog.text AS owner FROM (${query}) q`),
    ].join('\nUNION ALL\n')}`,
  map: ({ type, identity, definition, owner: role }): UnmodelledWithOwner => ({
    type,
    identity,
    hash: hashOf(definition),
    ...(role !== null && { owner: role }),
  }),
};

/** Includes the owner, which `normalize` removes or adds to the hash. */
export interface UnmodelledWithOwner extends Uncovered {
  readonly owner?: string;
}

/** Most databases have no such object: Node's cryptography, which takes 5 ms, is loaded for the first one. */
const hashOf = (text: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 16);

/** An owner that differs from the owner of most objects is part of the definition. */
export const withOwnerInHash = ({ owner: role, hash, ...object }: UnmodelledWithOwner): Uncovered => ({
  ...object,
  hash: role === undefined ? hash : hashOf(`${hash} ${role}`),
});

interface Definition {
  /** One of the catalogs of the kind `uncovered`. */
  readonly catalog: Catalog;
  /** The condition for objects of this kind that belong to the schema, over the row `x`. */
  readonly where: string;
  /** A further condition, if the catalog also has rows of other kinds. */
  readonly only?: string;
  /** SQL expressions over `x` that together define it. */
  readonly facts: readonly string[];
  /** The OID of its owner. */
  readonly owner?: string;
  /** Its identity, if PostgreSQL formats it differently in different versions. */
  readonly identity?: string;
}

const definitionQuery = ({
  catalog,
  where,
  only = 'true',
  facts,
  owner: ownerOid,
  identity = 'i.identity',
}: Definition) => `
  SELECT i.type, ${identity} AS identity, ${textOf(
    'jsonb',
    `pg_catalog.jsonb_build_array(${facts.join(', ')},
    pg_catalog.obj_description(x.oid, '${catalog}'))`,
  )} AS definition,
    ${ownerOid === undefined ? 'NULL::pg_catalog.text' : `${owner(ownerOid)}::pg_catalog.text`} AS owner
  FROM pg_catalog.${catalog} x, pg_catalog.pg_identify_object('pg_catalog.${catalog}'::pg_catalog.regclass, x.oid, 0) i
  WHERE ${where} AND ${only} AND ${notOfExtension(catalog, 'x.oid')}`;

const IS_NEW = `x.oid >= ${FIRST_NORMAL_OID}`;

const type = (oid: string) => `pg_catalog.format_type(${oid}, NULL)`;
const list = (elements: string, from: string) =>
  `(SELECT pg_catalog.jsonb_agg(q.e ORDER BY ${textOf('jsonb', 'q.e')} COLLATE pg_catalog."C") FROM (SELECT ${elements} AS e FROM ${from}) q)`;
const array = (...elements: readonly string[]) => `pg_catalog.jsonb_build_array(${elements.join(', ')})`;

/**
 * The privileges of other roles than the owner. An ACL that was reset to the default gives the same result as no ACL.
 */
const acl = (letter: string, prefix: string) =>
  exploded(
    `coalesce(x.${prefix}acl, pg_catalog.acldefault('${letter}', x.${prefix}owner))`,
    `x.${prefix}owner`,
  );

const method = '(SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = x.opfmethod)';

export const definitions = (coverage: Pick<ReadScope, 'namespaces'>): readonly Definition[] => [
  {
    catalog: 'pg_opfamily',
    owner: 'x.opfowner',
    where: covered(coverage, 'x.opfnamespace'),
    facts: [
      method,
      list(
        array(
          type('a.amoplefttype'),
          type('a.amoprighttype'),
          'a.amopstrategy',
          'a.amoppurpose',
          operator('a.amopopr'),
          '(SELECT f.opfname FROM pg_catalog.pg_opfamily f WHERE f.oid = a.amopsortfamily)',
        ),
        'pg_catalog.pg_amop a WHERE a.amopfamily = x.oid',
      ),
      list(
        array(
          type('a.amproclefttype'),
          type('a.amprocrighttype'),
          'a.amprocnum',
          'a.amproc::pg_catalog.regprocedure',
        ),
        'pg_catalog.pg_amproc a WHERE a.amprocfamily = x.oid',
      ),
    ],
  },
  {
    catalog: 'pg_opclass',
    owner: 'x.opcowner',
    where: covered(coverage, 'x.opcnamespace'),
    facts: [
      '(SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = x.opcmethod)',
      '(SELECT f.opfname FROM pg_catalog.pg_opfamily f WHERE f.oid = x.opcfamily)',
      type('x.opcintype'),
      'x.opcdefault',
      `CASE WHEN x.opckeytype <> ${NONE} THEN ${type('x.opckeytype')} END`,
    ],
  },
  {
    catalog: 'pg_conversion',
    owner: 'x.conowner',
    where: covered(coverage, 'x.connamespace'),
    facts: [
      'pg_catalog.pg_encoding_to_char(x.conforencoding)',
      'pg_catalog.pg_encoding_to_char(x.contoencoding)',
      function_('x.conproc'),
      'x.condefault',
    ],
  },
  {
    catalog: 'pg_transform',
    where: IS_NEW,
    identity: `'for ' || ${type('x.trftype')} || ' language ' ||
      (SELECT pg_catalog.quote_ident(l.lanname) FROM pg_catalog.pg_language l WHERE l.oid = x.trflang)`,
    facts: ['x.trffromsql::pg_catalog.regprocedure', 'x.trftosql::pg_catalog.regprocedure'],
  },
  {
    catalog: 'pg_language',
    owner: 'x.lanowner',
    where: IS_NEW,
    facts: [
      'x.lanpltrusted',
      function_('x.lanplcallfoid'),
      function_('x.laninline'),
      function_('x.lanvalidator'),
      acl('l', 'lan'),
    ],
  },
  { catalog: 'pg_am', where: IS_NEW, facts: ['x.amtype', function_('x.amhandler')] },
  {
    catalog: 'pg_ts_parser',
    where: covered(coverage, 'x.prsnamespace'),
    facts: ['x.prsstart', 'x.prstoken', 'x.prsend', 'x.prsheadline', 'x.prslextype'].map(function_),
  },
  {
    catalog: 'pg_ts_template',
    where: covered(coverage, 'x.tmplnamespace'),
    facts: ['x.tmplinit', 'x.tmpllexize'].map(function_),
  },
  {
    // Base types and shell types. The array type that comes with each type is not one.
    catalog: 'pg_type',
    owner: 'x.typowner',
    where: covered(coverage, 'x.typnamespace'),
    only: `(x.typtype = 'b' OR x.typtype = 'p') AND x.typinput::pg_catalog.oid <> 'pg_catalog.array_in'::pg_catalog.regproc::pg_catalog.oid`,
    facts: [
      'x.typisdefined',
      ...['x.typinput', 'x.typoutput', 'x.typreceive', 'x.typsend', 'x.typmodin', 'x.typmodout'].map(
        function_,
      ),
      function_('x.typanalyze'),
      function_('x.typsubscript'),
      'x.typlen',
      'x.typbyval',
      'x.typcategory',
      'x.typispreferred',
      'x.typdelim',
      'x.typalign',
      'x.typstorage',
      `CASE WHEN x.typelem <> ${NONE} THEN ${type('x.typelem')} END`,
      `x.typcollation <> ${NONE}`,
      'x.typdefault',
      acl('T', 'typ'),
    ],
  },
];

/** Conditions of which at least one holds if a database has objects of this kind. Most databases have none. */
export const MAY_BE_UNCOVERED: readonly string[] = [
  ...definitions({ namespaces: [] }).map(({ catalog, only = 'true' }) =>
    hasOwnRow(catalog, `${only} AND ${notOfExtension(catalog, 'x.oid')}`),
  ),
  ...MAY_BE_GUARDED,
];
