import { sorted } from './kinds/table.js';

/** Names of options whose values are secrets. */
const SECRET = /pass|pwd|secret|token|credential|api_?key|access_?key|private_?key/i;

/** A value that is a connection URL or string with a password. */
const WITH_PASSWORD = /:\/{1,2}[^\s:@]*:.*@|(?:passw|passphrase|pwd)\w*\s*=/is;

/**
 * The options of a foreign object, in a canonical order. An option that may contain a secret is only named: reports are
 * committed.
 */
export const foreignOptions = (options: readonly string[] | null): readonly string[] | null =>
  sorted(options)?.map((option) => {
    const name = option.slice(0, option.indexOf('='));
    return SECRET.test(name) || WITH_PASSWORD.test(option) ? name : option;
  }) ?? null;
