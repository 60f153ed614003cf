/** Keywords of ICU's older locale identifiers, and the keys of language tags. https://unicode.org/reports/tr35/#Locale_Extension_Key_and_Type_Data */
const KEYS: Readonly<Record<string, string>> = {
  calendar: 'ca',
  colalternate: 'ka',
  colbackwards: 'kb',
  colcasefirst: 'kf',
  colcaselevel: 'kc',
  collation: 'co',
  colnormalization: 'kk',
  colnumeric: 'kn',
  colreorder: 'kr',
  colstrength: 'ks',
  currency: 'cu',
  numbers: 'nu',
};

/** Their values, if language tags have another word. */
const VALUES: Readonly<Record<string, string>> = {
  yes: 'true',
  no: 'false',
  dictionary: 'dict',
  gb2312han: 'gb2312',
  gregorian: 'gregory',
  identical: 'identic',
  'non-ignorable': 'noignore',
  phonebook: 'phonebk',
  primary: 'level1',
  quaternary: 'level4',
  secondary: 'level2',
  tertiary: 'level3',
  traditional: 'trad',
};

const POSIX = 'en-US-u-va-posix';

/**
 * An ICU locale as a language tag. PostgreSQL 16 and newer store language tags; before, a locale could also be written as
 * `de_DE.utf8` or `de@collation=phonebook`.
 */
export function languageTag(locale: string): string {
  const [name = '', keywords = ''] = locale.split('@');
  const [language = '', extension = ''] = name.replace(/\..*$/, '').replaceAll('_', '-').split(/-u-/i);
  if (/^(c|posix|en-us-posix)$/i.test(language)) return POSIX;
  if (/-[tx]-/i.test(name)) return locale;
  const variants = keywords.split(';').filter((part) => part !== '' && !part.includes('='));
  const { known, other } = keysOf(keywords, extension);
  try {
    const tag = Intl.getCanonicalLocales([language || 'und', ...variants].join('-'))[0] ?? locale;
    return [tag, ...(known.length > 0 ? ['u', ...known.sort()] : []), ...other].join('-');
  } catch {
    return locale;
  }
}

/** The keys with their values, such as `ks-level2`, and what has no key. */
function keysOf(keywords: string, extension: string): { readonly known: string[]; readonly other: string[] } {
  const known = [...extension.toLowerCase().matchAll(/(?<=^|-)([a-z\d]{2})((?:-[a-z\d]{3,})*)(?=-|$)/g)].map(
    ([, key = '', value]) => `${key}${value === undefined || value === '' ? '-true' : value}`,
  );
  const other: string[] = [];
  for (const keyword of keywords.split(';').filter((part) => part.includes('='))) {
    const [word = '', text = ''] = keyword.toLowerCase().split('=');
    const key = KEYS[word];
    if (key !== undefined) known.push(`${key}-${VALUES[text] ?? text}`);
    else other.push(word, text);
  }
  return { known, other };
}
