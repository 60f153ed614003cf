/** A replaced part of an expression or statement. */
export interface Replacement {
  /** The UTF-16 index in the result. */
  readonly at: number;
  /** The length before and after. */
  readonly from: number;
  readonly to: number;
}

/** Comments, strings, quoted names and dollar quotes hold no variables, and `::` is a cast. */
const TOKENS = new RegExp(
  [
    /--[^\n]*/,
    /\/\*[^]*?\*\//,
    /[eE]'(?:[^'\\]|\\[^]|'')*'/,
    /'[^']*'/,
    /"[^"]*"/,
    /(\$(?:[A-Za-z_]\w*)?\$)[^]*?\1/,
    /::/,
    /:(?<name>\w+)/,
    /:'(?<literal>\w+)'/,
    /:"(?<identifier>\w+)"/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * Replaces `:name`, `:'name'` and `:"name"`, as psql does. Names that are not variables stay, such as the bounds of an
 * array slice.
 *
 * @see https://www.postgresql.org/docs/18/app-psql.html#APP-PSQL-VARIABLES
 */
export function replaceVariables(
  text: string,
  variables: ReadonlyMap<string, string>,
): { readonly text: string; readonly replacements: readonly Replacement[] } {
  if (variables.size === 0) return { text, replacements: [] };
  const replacements: Replacement[] = [];
  let shift = 0;
  const replaced = text.replace(TOKENS, (token: string, ...more) => {
    const { name, literal, identifier } = more.at(-1) as Readonly<Record<string, string | undefined>>;
    const value = variables.get(name ?? literal ?? identifier ?? '');
    if (value === undefined) return token;
    const quote = literal !== undefined ? "'" : identifier !== undefined ? '"' : '';
    const written = quote === '' ? value : quote + value.replaceAll(quote, quote + quote) + quote;
    const index = Number(more.at(-3));
    replacements.push({ at: index + shift, from: token.length, to: written.length });
    shift += written.length - token.length;
    return written;
  });
  return { text: replaced, replacements };
}
