import { withoutPasswords } from '../../errors.js';

/** The text without `password` itself, and without all other passwords that can be recognised. */
export const redact = (text: string, password?: string): string =>
  withoutPasswords(password ? text.replaceAll(password, '***') : text);
