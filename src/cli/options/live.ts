import { Option, type Command } from 'commander';
import { RETRIES } from '../../operations/check-live/retries.js';
import { GROUPS, invalidOption } from './common.js';

/** The options of a check of live databases. */
export interface LiveOptions {
  readonly url?: readonly string[];
  readonly urlsFrom?: string;
  readonly live?: boolean;
  readonly connectTimeout?: number;
  readonly retries?: number;
  readonly allowPending?: boolean;
}

/** Adds them. */
export const withLiveOptions = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.live)
    .option(
      '--url <postgres-url>',
      'compare this database with the report, read-only (repeatable)',
      (value: string, all: readonly string[] | undefined) => [...(all ?? []), value],
    )
    .option('--urls-from <file>', 'read database URLs from a file, one per line ("-" for stdin)')
    .addOption(
      new Option(
        '--live',
        'compare the database of each target: the setting url, DRIFTMARK_URL or the PG* variables',
      ).conflicts(['url', 'urlsFrom']),
    )
    .option(
      '--connect-timeout <seconds>',
      'seconds to connect to a host of a database, retries included (default: 10)',
      seconds,
    )
    .option('--retries <n>', `retries for a busy or changing database (default: ${RETRIES})`, retries)
    .option('--allow-pending', 'let a database lack the newest migrations');

/** Whether live databases are checked. The environment alone never decides this. */
export const isLive = ({ url, urlsFrom, live }: LiveOptions): boolean =>
  url !== undefined || urlsFrom !== undefined || live === true;

/** The given options that only apply to live databases. */
export const liveOnly = ({ connectTimeout, retries, allowPending }: LiveOptions): readonly string[] => [
  ...(connectTimeout === undefined ? [] : ['--connect-timeout']),
  ...(retries === undefined ? [] : ['--retries']),
  ...(allowPending === undefined ? [] : ['--allow-pending']),
];

function seconds(value: string): number {
  if (!/^\d{1,4}(\.\d+)?$/.test(value) || Number(value) === 0)
    throw invalidOption('--connect-timeout', 'a number of seconds above 0', value);
  return Number(value);
}

const MAX_RETRIES = 100;

function retries(value: string): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) > MAX_RETRIES)
    throw invalidOption('--retries', `a whole number from 0 to ${MAX_RETRIES}`, value);
  return Number(value);
}
