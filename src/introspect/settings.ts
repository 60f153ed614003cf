/**
 * What opens the transaction in which a schema is read: one snapshot, no writes, short waits, and every setting
 * that changes what the catalogs print. SET LOCAL alone is safe behind a pooler in transaction mode.
 */
export function openReading(home: string, versionNum: number): string {
  const settings: readonly (readonly [name: string, value: string])[] = [
    ['search_path', `pg_catalog, ${quoteIdentifier(home)}, pg_temp`],
    ['lock_timeout', "'2s'"],
    ['statement_timeout', "'60s'"],
    ['idle_in_transaction_session_timeout', "'30s'"],
    ...(versionNum >= 170_000 ? ([['transaction_timeout', "'300s'"]] as const) : []),
    ['quote_all_identifiers', 'off'],
    ['DateStyle', "'ISO, YMD'"],
    ['IntervalStyle', 'postgres'],
    ['TimeZone', "'UTC'"],
    ['extra_float_digits', '1'],
    ['bytea_output', 'hex'],
    ['standard_conforming_strings', 'on'],
    ['lc_monetary', "'C'"],
    ['client_encoding', "'UTF8'"],
  ];
  return settings.map(([name, value]) => `SET LOCAL ${name} = ${value};`).join(' ');
}

export const BEGIN = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;';

/** SQL's quoting of an identifier. */
export const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
