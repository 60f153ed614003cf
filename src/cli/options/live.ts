import { InvalidArgumentError, Option, type Command } from 'commander';

/** The flags that turn `check` to live databases. */
export interface LiveOptions {
  readonly url?: readonly string[];
  readonly urlsFrom?: string;
  readonly live?: boolean;
  readonly connectTimeout?: number;
  readonly retries?: number;
  readonly allowPending?: boolean;
}

/** How often a database that is busy is asked again. */
export const RETRIES = 5;

/** Adds them. */
export function withLiveOptions(command: Command): Command {
  return command
    .option(
      '--url <postgres-url>',
      'compare this live database with the report, read-only; repeatable',
      (value: string, all: readonly string[] | undefined) => [...(all ?? []), value],
    )
    .option('--urls-from <file>', 'the same for each URL in a file, one a line; - is stdin')
    .addOption(
      new Option(
        '--live',
        "the same for the config's url of each target, DRIFTMARK_URL or the PG* variables",
      ).conflicts(['url', 'urlsFrom']),
    )
    .option('--connect-timeout <seconds>', 'how long to wait for a live server (default: 10)', seconds)
    .option(
      '--retries <n>',
      `how often to ask a busy, or changing, live database again (default: ${RETRIES})`,
      upTo(100),
    )
    .option('--allow-pending', 'a live database may lack the newest migrations');
}

/** Whether live databases are meant. The environment alone never says so. */
export const isLive = ({ url, urlsFrom, live }: LiveOptions): boolean =>
  url !== undefined || urlsFrom !== undefined || live === true;

/** The flags that mean nothing without a live database, as far as they were given. */
export const liveOnly = ({ connectTimeout, retries, allowPending }: LiveOptions): readonly string[] => [
  ...(connectTimeout === undefined ? [] : ['--connect-timeout']),
  ...(retries === undefined ? [] : ['--retries']),
  ...(allowPending === undefined ? [] : ['--allow-pending']),
];

function seconds(value: string): number {
  if (!/^\d{1,4}(\.\d+)?$/.test(value) || Number(value) === 0)
    throw new InvalidArgumentError('It must be a number of seconds.');
  return Number(value);
}

function upTo(most: number): (value: string) => number {
  return (value) => {
    if (!/^\d{1,9}$/.test(value) || Number(value) > most)
      throw new InvalidArgumentError(`It must be a number from 0 to ${most}.`);
    return Number(value);
  };
}
