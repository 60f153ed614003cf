import type { TextSearchConfiguration, TextSearchDictionary } from '../../schema/kinds/text-search.js';
import { byCodePoint } from '../../schema/model.js';
import { comment, covered, notOfExtension, owner } from '../fragments.js';
import { omitDefaults, type Reader } from '../reader.js';

/** The name of a parser or template, qualified if necessary. */
const visibleName = (row: string, catalog: 'parser' | 'template', prefix: 'prs' | 'tmpl') =>
  `(SELECT CASE WHEN pg_catalog.pg_ts_${catalog}_is_visible(x.oid) THEN pg_catalog.quote_ident(x.${prefix}name)
      ELSE pg_catalog.format('%I.%I', xn.nspname, x.${prefix}name) END
    FROM pg_catalog.pg_ts_${catalog} x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.${prefix}namespace WHERE x.oid = ${row})`;

interface ConfigurationRow {
  readonly schema: string;
  readonly name: string;
  readonly parser: string;
  readonly mappings: NonNullable<TextSearchConfiguration['mappings']> | null;
  readonly owner: string;
  readonly comment: string | null;
}

export const textSearchConfiguration: Reader<TextSearchConfiguration, ConfigurationRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.cfgname AS name, ${visibleName('c.cfgparser', 'parser', 'prs')} AS parser,
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('token', m.alias, 'dictionaries', m.dictionaries)) FROM (
        SELECT tt.alias, pg_catalog.json_agg(map.mapdict::pg_catalog.regdictionary ORDER BY map.mapseqno) AS dictionaries
        FROM pg_catalog.pg_ts_config_map map JOIN pg_catalog.ts_token_type(c.cfgparser) tt ON tt.tokid = map.maptokentype
        WHERE map.mapcfg = c.oid GROUP BY tt.alias) m) AS mappings,
      ${owner('c.cfgowner')} AS owner, ${comment('pg_ts_config', 'c.oid')} AS comment
    FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
    WHERE ${covered(coverage, 'c.cfgnamespace')} AND ${notOfExtension('pg_ts_config', 'c.oid')}`,
  map: ({ mappings, ...row }) =>
    omitDefaults<TextSearchConfiguration>({
      ...row,
      mappings: mappings && [...mappings].sort((a, b) => byCodePoint(a.token, b.token)),
    }),
};

interface DictionaryRow {
  readonly schema: string;
  readonly name: string;
  readonly template: string;
  readonly options: string | null;
  readonly owner: string;
  readonly comment: string | null;
}

export const textSearchDictionary: Reader<TextSearchDictionary, DictionaryRow> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, t.dictname AS name, ${visibleName('t.dicttemplate', 'template', 'tmpl')} AS template,
      t.dictinitoption AS options, ${owner('t.dictowner')} AS owner, ${comment('pg_ts_dict', 't.oid')} AS comment
    FROM pg_catalog.pg_ts_dict t JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace
    WHERE ${covered(coverage, 't.dictnamespace')} AND ${notOfExtension('pg_ts_dict', 't.oid')}`,
  map: (row) => omitDefaults<TextSearchDictionary>(row),
};
