import { isSecretOption } from '../postgres/secret-option.js';
import { sorted } from './kinds/table.js';

/**
 * The options of a foreign object, in a canonical order. An option that may contain a secret is only named: reports are
 * committed.
 */
export const foreignOptions = (options: readonly string[] | null): readonly string[] | null =>
  sorted(options)?.map((option) =>
    isSecretOption(option) ? option.slice(0, option.indexOf('=')) : option,
  ) ?? null;
