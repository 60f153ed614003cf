import { format, resolveConfig } from 'prettier';

/**
 * A page with its generated parts filled in: a part begins with a comment such as `<!-- presets -->`, and ends with
 * `<!-- end -->`. Long lines of the parts are wrapped, so that a change of a word is a small difference.
 *
 * @param make returns the Markdown of the part whose comment matches `start`. It gets the groups of the match.
 */
export async function withGenerated(
  page: string,
  start: RegExp,
  make: (...groups: readonly string[]) => string,
): Promise<string> {
  const config = { ...(await resolveConfig('package.json')), parser: 'markdown' };
  const pattern = new RegExp(`(${start.source})[^]*?(<!-- end -->)`, 'g');
  const parts = [...page.matchAll(pattern)];
  const made = await Promise.all(
    parts.map(async ([, opening = '', ...groups]) => {
      const text = await format(make(...groups), { ...config, proseWrap: 'always', printWidth: 120 });
      return `${opening}\n\n${text}\n<!-- end -->`;
    }),
  );
  let at = 0;
  return format(
    page.replace(pattern, () => made[at++] ?? ''),
    config,
  );
}
