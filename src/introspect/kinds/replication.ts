import type { Publication, PublishedTable, Subscription } from '../../schema/kinds/replication.js';
import { byCodePoint } from '../../schema/model.js';
import { columnNames, comment, notOfExtension, owner, since } from '../fragments.js';
import { omitDefaults, type Reader } from '../reader.js';
import { sorted } from './table.js';

interface PublicationRow {
  readonly name: string;
  readonly all_tables: boolean;
  readonly tables:
    | readonly {
        readonly schema: string;
        readonly name: string;
        readonly columns: readonly string[] | null;
        readonly filter: string | null;
      }[]
    | null;
  readonly schemas: readonly string[];
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  readonly truncate: boolean;
  readonly via_root: boolean;
  readonly generated_columns: string;
  readonly owner: string;
  readonly comment: string | null;
}

const OPERATIONS = ['insert', 'update', 'delete', 'truncate'] as const;

export const publication: Reader<Publication, PublicationRow> = {
  sql: (coverage) => `
    SELECT p.pubname AS name, p.puballtables AS all_tables, p.pubinsert AS insert, p.pubupdate AS update, p.pubdelete AS delete,
      p.pubtruncate AS truncate, p.pubviaroot AS via_root, ${since(coverage, 18, 'p.pubgencols', `'n'`)} AS generated_columns,
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname,
          'columns', ${since(coverage, 15, `CASE WHEN r.prattrs IS NOT NULL THEN ${columnNames('r.prrelid', 'r.prattrs')} END`, 'NULL')},
          'filter', ${since(coverage, 15, 'pg_catalog.pg_get_expr(r.prqual, r.prrelid)', 'NULL')}))
        FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid) AS tables,
      ${since(
        coverage,
        15,
        `ARRAY(SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_publication_namespace s
           JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid)`,
        `'{}'::pg_catalog.text[]`,
      )} AS schemas,
      ${owner('p.pubowner')} AS owner, ${comment('pg_publication', 'p.oid')} AS comment
    FROM pg_catalog.pg_publication p WHERE ${notOfExtension('pg_publication', 'p.oid')}`,
  map: (row) => {
    const operations = OPERATIONS.filter((operation) => row[operation]);
    const tables = row.tables?.map(({ columns, ...table }) =>
      omitDefaults<PublishedTable>({ ...table, columns: sorted(columns) }),
    );
    return {
      ...omitDefaults<Publication>({
        name: row.name,
        allTables: row.all_tables,
        tables: tables?.sort((a, b) => byCodePoint(a.schema, b.schema) || byCodePoint(a.name, b.name)),
        schemas: sorted(row.schemas),
        viaRoot: row.via_root,
        generatedColumns: row.generated_columns === 's' ? 'stored' : null,
        owner: row.owner,
        comment: row.comment,
      }),
      ...(operations.length < OPERATIONS.length && { operations }),
    };
  },
};

interface SubscriptionRow {
  readonly name: string;
  readonly publications: readonly string[];
  readonly slot: string | null;
  readonly options: readonly { readonly name: string; readonly value: string; readonly usual: string }[];
  readonly owner: string;
  readonly comment: string | null;
}

/** An option, its value as in CREATE SUBSCRIPTION, and its default in this version. */
const option = (name: string, value: string, usual: string) =>
  `pg_catalog.json_build_object('name', '${name}', 'value', ${value}, 'usual', '${usual}')`;

const streaming = `CASE s.substream::pg_catalog.text WHEN 't' THEN 'on' WHEN 'true' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END`;

/**
 * Without the connection and the enabled state, because a restored subscription is not enabled. Ordinary roles may
 * read every column except the connection.
 */
export const subscription: Reader<Subscription, SubscriptionRow> = {
  sql: (coverage) => `
    SELECT s.subname AS name, s.subpublications AS publications, s.subslotname AS slot,
      pg_catalog.json_build_array(${[
        option('binary', 's.subbinary::pg_catalog.text', 'false'),
        option('streaming', streaming, since(coverage, 18, 'parallel', 'off')),
        option('synchronous_commit', 's.subsynccommit', 'off'),
        ...(coverage.versionNum >= 150_000
          ? [
              option('two_phase', `(s.subtwophasestate <> 'd')::pg_catalog.text`, 'false'),
              option('disable_on_error', 's.subdisableonerr::pg_catalog.text', 'false'),
            ]
          : []),
        ...(coverage.versionNum >= 160_000
          ? [
              option('password_required', 's.subpasswordrequired::pg_catalog.text', 'true'),
              option('run_as_owner', 's.subrunasowner::pg_catalog.text', 'false'),
              option('origin', 's.suborigin', 'any'),
            ]
          : []),
        ...(coverage.versionNum >= 170_000
          ? [option('failover', 's.subfailover::pg_catalog.text', 'false')]
          : []),
      ].join(', ')}) AS options,
      ${owner('s.subowner')} AS owner, ${comment('pg_subscription', 's.oid')} AS comment
    FROM pg_catalog.pg_subscription s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
  map: ({ options, slot, publications, ...row }) =>
    omitDefaults<Subscription>({
      ...row,
      publications: [...publications].sort(byCodePoint),
      slot: slot === row.name ? null : (slot ?? 'none'),
      options: options
        .filter(({ value, usual }) => value !== usual)
        .map(({ name, value }) => `${name}=${value}`)
        .sort(byCodePoint),
    }),
};
