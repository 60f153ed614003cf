import { OWN_SEARCH_PATH } from './search-path.js';

/**
 * What opens the transaction in which a schema is read: one snapshot, no writes, short waits, and every setting
 * that changes what the catalogs print. SET LOCAL alone is safe behind a pooler in transaction mode.
 */
export const BEGIN = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;';

const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['application_name', 'driftmark'],
  ['search_path', OWN_SEARCH_PATH],
  ['lock_timeout', "'2s'"],
  ['statement_timeout', "'60s'"],
  ['idle_in_transaction_session_timeout', "'30s'"],
  ['quote_all_identifiers', 'off'],
  ['DateStyle', "'ISO, YMD'"],
  ['IntervalStyle', 'postgres'],
  ['TimeZone', "'UTC'"],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  ['standard_conforming_strings', 'on'],
  ['lc_monetary', "'C'"],
  ['client_encoding', "'UTF8'"],
  // What is asked is cheap, and must stay so for the others on the server: no compiling, no helpers, no files on disk.
  ['jit', 'off'],
  ['max_parallel_workers_per_gather', '0'],
  ['work_mem', "'32MB'"],
];

/** Statements that pin them for the transaction. */
export const pinned = () => SETTINGS.map(([name, value]) => `SET LOCAL ${name} = ${value};`).join(' ');

/** Statements that pin them for all transactions of a connection that only driftmark uses. */
export const pinnedForSession = () => SETTINGS.map(([name, value]) => `SET ${name} = ${value};`).join(' ');

/** A limit that only newer servers know. */
export const transactionTimeout = (versionNum: number) =>
  versionNum >= 170_000 ? "SET LOCAL transaction_timeout = '300s';" : '';
