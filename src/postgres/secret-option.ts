import { isSecretName, withoutPasswords } from '../errors.js';

/** Whether an option `name=value` of a foreign object may contain a secret, in its value or in a part of the value. */
export const isSecretOption = (option: string): boolean =>
  isSecretName(option.slice(0, option.indexOf('='))) || withoutPasswords(option) !== option;
