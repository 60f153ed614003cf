import { readFile } from 'node:fs/promises';

/** A fact that pg_dump prints and that a report leaves out on purpose. docs/not-checked.md has the same list. */
export interface NotChecked {
  readonly fact: string;
  readonly reason: string;
  /** The first PostgreSQL version in which pg_dump prints it. */
  readonly since?: number;
  /** SQL that prepares a database, and SQL that then changes the fact. */
  readonly setup: string;
  readonly change: string;
  /** Regular expressions for what it is in a dump. */
  readonly dump: readonly string[];
}

const NOT_CHECKED_FILE = 'docs/not-checked.json';

export const notChecked = async (): Promise<readonly NotChecked[]> =>
  JSON.parse(await readFile(NOT_CHECKED_FILE, 'utf8')) as readonly NotChecked[];

/** A dump without such facts. */
export const withoutNotChecked = (dump: string, facts: readonly Pick<NotChecked, 'dump'>[]): string =>
  facts
    .flatMap((each) => each.dump)
    .reduce((text, pattern) => text.replace(new RegExp(pattern, 'g'), ''), dump);
