import { withoutPasswords } from '../../errors.js';

const inSql = /(\bpassword\s*(?:=\s*)?)(?:[eE]?'(?:[^']|'')*'|\$([A-Za-z_]*)\$[^]*?\$\2\$)/gi;

/** The text without the passwords of URLs, of statements such as CREATE ROLE, and `password` itself. */
export function redact(text: string, password?: string): string {
  const known = password ? text.replaceAll(password, '***') : text;
  return withoutPasswords(known).replace(inSql, "$1'***'");
}
