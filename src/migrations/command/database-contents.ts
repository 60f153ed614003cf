import type { Client } from 'pg';

/** A hash of the catalogs: it changes if anything is created, altered or dropped. */
export async function contentsOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ contents: string }>(CONTENTS);
  return rows[0]?.contents ?? '';
}

/** The catalogs that migrations write to. Every change makes a new row version, with an `xmin` and a `ctid` of its own. */
const CATALOGS = [
  'pg_attrdef',
  'pg_attribute',
  'pg_class',
  'pg_constraint',
  'pg_default_acl',
  'pg_description',
  'pg_enum',
  'pg_event_trigger',
  'pg_extension',
  'pg_foreign_data_wrapper',
  'pg_namespace',
  'pg_policy',
  'pg_proc',
  'pg_publication',
  'pg_trigger',
  'pg_type',
];

const CONTENTS = `SELECT pg_catalog.concat_ws(' ', ${CATALOGS.map(
  (catalog) =>
    `(SELECT pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat(c.xmin, c.ctid), ',' ORDER BY c.ctid))
       FROM pg_catalog.${catalog} c)`,
).join(', ')}) AS contents`;
