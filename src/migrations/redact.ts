const inUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):[^\s/'"]+@/gi;
const inSql = /(\bpassword\s*(?:=\s*)?)(?:[eE]?'(?:[^']|'')*'|\$([A-Za-z_]*)\$[^]*?\$\2\$)/gi;

/** The text without the passwords of URLs, of statements such as CREATE ROLE, and `password` itself. */
export function redact(text: string, password?: string): string {
  const known = password ? text.replaceAll(password, '***') : text;
  return known.replace(inUrl, '$1:***@').replace(inSql, "$1'***'");
}
