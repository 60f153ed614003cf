import type { Sequence, SequenceColumn, SequenceOptions } from '../../schema/kinds/sequence.js';
import { comment, coveredRelation, notOfExtension, owner, privileges, textOf } from '../fragments.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type Reader } from '../reader.js';

/** A row of `pg_sequence`; numbers are strings of up to 64 bits. */
export interface SequenceRow {
  readonly data_type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
}

/** The columns of `pg_sequence`, as `SequenceRow` has them. */
export const sequenceColumns = (
  sequence: string,
) => `pg_catalog.format_type(${sequence}.seqtypid, NULL) AS data_type,
  ${(['start', 'increment', 'min', 'max', 'cache'] as const).map((name) => textOf('int8', `${sequence}.seq${name}`) + ` AS ${name}`).join(', ')},
  ${sequence}.seqcycle AS cycle`;

const BITS: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n, bigint: 63n };

/** The options that depart from what CREATE SEQUENCE chooses for the type and direction. */
export function sequenceOptions(row: SequenceRow): SequenceOptions {
  const limit = 2n ** (BITS[row.data_type] ?? 63n);
  const ascends = !row.increment.startsWith('-');
  const minimum = ascends ? '1' : String(-limit);
  const maximum = ascends ? String(limit - 1n) : '-1';
  const unless = (value: string, usual: string) => (value === usual ? undefined : value);
  return omitDefaults<SequenceOptions>({
    start: unless(row.start, ascends ? row.min : row.max),
    increment: unless(row.increment, '1'),
    minimum: unless(row.min, minimum),
    maximum: unless(row.max, maximum),
    cache: unless(row.cache, '1'),
    cycle: row.cycle ? true : undefined,
  });
}

interface Row extends SequenceRow {
  readonly schema: string;
  readonly name: string;
  readonly unlogged: boolean;
  readonly column: SequenceColumn | null;
  /** Whether the column is an identity column. */
  readonly is_internal: boolean;
  readonly owner: string;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

/** An identity column tells of its sequence itself, but for privileges and a comment. */
const isInternal = `EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND i.objid = c.oid AND i.deptype = 'i')`;

export const sequence: Reader<Sequence, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS name, ${sequenceColumns('s')}, c.relpersistence = 'u' AS unlogged,
      (SELECT pg_catalog.json_build_object('schema', tn.nspname, 'table', t.relname, 'column', a.attname)
        FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
          JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
          JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass LIMIT 1) AS column,
      ${isInternal} AS is_internal,
      ${owner('c.relowner')} AS owner, ${privileges('c.relacl', 's', 'c.relowner')} AS acl, ${comment('pg_class', 'c.oid')} AS comment
    FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}
      AND (NOT ${isInternal} OR c.relacl IS NOT NULL OR ${comment('pg_class', 'c.oid')} IS NOT NULL)`,
  map: (row) => {
    const { schema, name, data_type: dataType, comment: text } = row;
    const granted = privilegesOf(row.acl);
    if (row.is_internal) {
      const own = omitDefaults<Sequence>({
        schema,
        name,
        dataType,
        identityOf: row.column,
        ...granted,
        comment: text,
      });
      return (granted.grants ?? granted.revokes ?? own.comment) ? own : undefined;
    }
    return omitDefaults<Sequence>({
      schema,
      name,
      dataType,
      ...sequenceOptions(row),
      unlogged: row.unlogged,
      ownedBy: row.column,
      owner: row.owner,
      ...granted,
      comment: text,
    });
  },
};
