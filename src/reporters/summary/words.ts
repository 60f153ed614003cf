/** `1 table`, `2 tables`. */
export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `18.4` for the `server_version_num` 180004. */
export const versionOf = (versionNum: number) => `${Math.floor(versionNum / 10_000)}.${versionNum % 10_000}`;

const MAX_LISTED = 10;

/** `1_a.sql, 2_b.sql and 3 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ');
  const left = names.length - MAX_LISTED;
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** What to do, and why. */
export interface Remedy {
  /** `Accept with`, `To fix:`. */
  readonly purpose: string;
  readonly command: string;
  /** True if `command` is a sentence. */
  readonly isProse?: boolean;
}
