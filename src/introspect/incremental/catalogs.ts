import { NONE } from '../fragments.js';

/** The facts of a row, as `WATCHED` lists them. */
export type RowFacts = readonly (string | number | boolean)[];

/**
 * The catalogs in which the parts of relations, types and routines are stored, and how a changed row of each is
 * mapped to
 * the object that it belongs to.
 * @see https://www.postgresql.org/docs/18/catalogs.html
 */
export interface WatchedCatalog {
  /** What identifies a row, as text. */
  readonly key: string;
  /** An OID of the row: rows whose OID is below 16384 came with PostgreSQL. */
  readonly oid: string;
  /** What a change of a row is mapped by: SQL expressions over the row `x`. */
  readonly facts: readonly string[];
  /** Whether rows can go while their object stays. */
  readonly losesRows: boolean;
  readonly where: string;
  /** Whether privileges are stored in its rows. If so, the rows that initdb created are also watched. */
  readonly isGrantable: boolean;
  /** Whether PostgreSQL comes with thousands of rows in it. */
  readonly comesFull: boolean;
}

const watched = (
  oid: string,
  facts: readonly string[],
  { losesRows = false, key = `x.${oid}`, where = 'true', isGrantable = false, comesFull = false } = {},
): WatchedCatalog => ({
  key,
  oid: `x.${oid}`,
  facts: facts.map((fact) => (fact.includes('.') ? fact : `x.${fact}`)),
  losesRows,
  where,
  isGrantable,
  comesFull,
});

const PRINTED = [
  ...[
    'relowner',
    'relam',
    'reltablespace',
    'reloftype',
    'relpersistence',
    'relrowsecurity',
    'relforcerowsecurity',
  ],
  ...['relreplident', 'relispartition', 'relacl', 'reloptions', 'relpartbound'],
];

/** What a relation is printed with. Other columns of pg_class change when it gets a column, an index or a trigger. */
const RELATION_FACTS = `pg_catalog.format('${PRINTED.map(() => '%s').join(' ')}', ${PRINTED.map((name) => `x.${name}`).join(', ')})`;

export const WATCHED = {
  pg_class: watched('oid', ['relname', 'relnamespace', 'relkind', RELATION_FACTS], {
    losesRows: true,
    isGrantable: true,
  }),
  pg_attribute: watched('attrelid', ['attnum', 'attname', 'attisdropped'], {
    key: `pg_catalog.format('%s/%s', x.attrelid, x.attnum)`,
    where: 'x.attnum > 0',
    isGrantable: true,
  }),
  pg_attrdef: watched('oid', ['adrelid']),
  pg_index: watched('indexrelid', ['indrelid']),
  pg_constraint: watched('oid', ['conrelid', 'contypid', 'contype'], { losesRows: true }),
  pg_sequence: watched('seqrelid', ['seqrelid']),
  pg_inherits: watched('inhrelid', ['inhrelid'], {
    losesRows: true,
    key: `pg_catalog.format('%s/%s', x.inhrelid, x.inhparent)`,
  }),
  pg_partitioned_table: watched('partrelid', ['partrelid']),
  pg_foreign_table: watched('ftrelid', ['ftrelid']),
  // PostgreSQL's triggers behind a foreign key are not printed.
  pg_trigger: watched('oid', ['tgrelid', 'tgconstraint', `x.tgisinternal AND x.tgparentid = ${NONE}`], {
    losesRows: true,
  }),
  pg_rewrite: watched('oid', ['ev_class', 'rulename'], { losesRows: true }),
  pg_policy: watched('oid', ['polrelid'], { losesRows: true }),
  pg_type: watched(
    'oid',
    [
      'typname',
      'typnamespace',
      'typtype',
      'typrelid',
      `x.typsubscript::pg_catalog.oid = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc::pg_catalog.oid`,
    ],
    { losesRows: true, isGrantable: true },
  ),
  pg_enum: watched('oid', ['enumlabel', 'enumtypid'], { losesRows: true }),
  pg_proc: watched('oid', ['proname', 'pronamespace', 'prokind'], {
    losesRows: true,
    isGrantable: true,
    comesFull: true,
  }),
  pg_description: watched('objoid', ['objoid', 'classoid'], {
    losesRows: true,
    comesFull: true,
    key: `pg_catalog.format('%s/%s/%s', x.classoid, x.objoid, x.objsubid)`,
  }),
} as const satisfies Readonly<Record<string, WatchedCatalog>>;

export type WatchedName = keyof typeof WATCHED;

/** Catalogs that no report depends on, or whose effect on a report is watched in another way. */
export const IGNORED: ReadonlySet<string> = new Set([
  // The names of roles are compared: every role may read them, but not pg_authid.
  'pg_authid',
  'pg_auth_members',
  'pg_shdepend',
  'pg_shdescription',
  'pg_shseclabel',
  'pg_database',
  'pg_db_role_setting',
  'pg_parameter_acl',
  // A dependency comes and goes with its object, but for those on an extension.
  'pg_depend',
  'pg_statistic',
  'pg_statistic_ext_data',
  'pg_largeobject',
  'pg_largeobject_metadata',
  'pg_replication_origin',
  'pg_subscription_rel',
  // Watched in a way that every role may use.
  'pg_user_mapping',
  'pg_subscription',
]);
