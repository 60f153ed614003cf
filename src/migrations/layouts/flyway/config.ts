import type { FolderListing } from '../../folder-listing.js';

/** What Flyway's own configuration says, as far as it changes what a file means. */
export interface FlywayConfig {
  /** Absolute path of the file that was read. */
  readonly file?: string;
  /** Values by name in lower case. */
  readonly placeholders: ReadonlyMap<string, string>;
  readonly placeholderReplacement: boolean;
  readonly prefix: string;
  readonly suffix: string;
  /** Whether a file may mix statements that can and cannot run in a transaction. */
  readonly mixed: boolean;
  /** How names begin: `V`, `U`, `B`, `R`, unless configured. */
  readonly prefixes: Readonly<Record<MigrationKind, string>>;
  /** What separates version and description. */
  readonly separator: string;
  readonly suffixes: readonly string[];
  /** As they are written: `classpath:db/migration`, `filesystem:sql`. */
  readonly locations: readonly string[];
  /** The default schema, then the others that Flyway creates. */
  readonly schemas: readonly string[];
  /** The name of the history table. */
  readonly table?: string;
}

export type MigrationKind = 'V' | 'U' | 'B' | 'R';

/** Where the configuration may be: Flyway's own files, then Spring Boot's. */
const FILES: readonly (readonly [name: string, entriesOf: EntriesOf])[] = [
  ['flyway.toml', async (text) => flatten((await import('smol-toml')).parse(text))],
  ['flyway.conf', propertiesOf],
  ['conf/flyway.conf', propertiesOf],
  ['src/main/resources/application.properties', propertiesOf],
  ['src/main/resources/application.yml', springYaml],
  ['src/main/resources/application.yaml', springYaml],
];

/** Settings by their dotted names in lower case, without dashes. */
type Entries = ReadonlyMap<string, string>;
type EntriesOf = (text: string) => Entries | Promise<Entries>;

export async function readFlywayConfig(folder: FolderListing): Promise<FlywayConfig> {
  for (const [name, entriesOf] of FILES) {
    const found = await folder.above(name);
    const entries = found && (await settingsIn(found.text, entriesOf));
    if (found && entries && entries.size > 0) return { file: found.file, ...configOf(entries) };
  }
  return configOf(new Map());
}

/** The settings of Flyway in a file; none if it cannot be read as what its name says. */
async function settingsIn(text: string, entriesOf: EntriesOf): Promise<Entries> {
  try {
    const all = [...(await entriesOf(text))].map(
      ([key, value]) => [withoutDashes(key.toLowerCase()), value] as const,
    );
    return new Map(
      all.flatMap(([key, value]) => {
        const [, name] =
          /^(?:spring\.)?flyway\.(.+)$|^environments\.default\.(schemas.*)$/.exec(key)?.filter(Boolean) ?? [];
        const resolved = resolve(value);
        return name === undefined || resolved === undefined ? [] : [[name, resolved] as const];
      }),
    );
  } catch {
    return new Map();
  }
}

/** Spring writes `default-schema`. The name of a placeholder stays as it is. */
function withoutDashes(key: string): string {
  const [, setting = key, placeholder = ''] = /^(.*?placeholders\.)(.*)$/.exec(key) ?? [];
  return setting.replaceAll('-', '') + placeholder;
}

/** A value from the environment is not known here; its default is. */
function resolve(value: string): string | undefined {
  const [, fallback] = /^\$\{[^{}:]+(?::([^{}]*))?\}$/.exec(value) ?? [value, value];
  return fallback;
}

function configOf(entries: Entries): FlywayConfig {
  const lists = (name: string) => listIn(entries, name);
  const [defaultSchema] = lists('defaultschema');
  const table = entries.get('table');
  const suffixes = lists('sqlmigrationsuffixes');
  return {
    placeholders: new Map(
      [...entries].flatMap(([key, value]) =>
        key.startsWith('placeholders.') ? [[key.slice('placeholders.'.length), value] as const] : [],
      ),
    ),
    placeholderReplacement: entries.get('placeholderreplacement') !== 'false',
    prefix: entries.get('placeholderprefix') ?? '${',
    suffix: entries.get('placeholdersuffix') ?? '}',
    mixed: entries.get('mixed') === 'true',
    prefixes: {
      V: entries.get('sqlmigrationprefix') ?? 'V',
      U: entries.get('undosqlmigrationprefix') ?? 'U',
      B: entries.get('baselinemigrationprefix') ?? 'B',
      R: entries.get('repeatablesqlmigrationprefix') ?? 'R',
    },
    separator: entries.get('sqlmigrationseparator') ?? '__',
    suffixes: suffixes.length > 0 ? suffixes : ['.sql'],
    locations: lists('locations'),
    schemas: [...new Set([...(defaultSchema === undefined ? [] : [defaultSchema]), ...lists('schemas')])],
    ...(table !== undefined && { table }),
  };
}

/** A list is written with commas, or as a list of its file format. */
const listIn = (entries: Entries, name: string): readonly string[] =>
  [...entries]
    .filter(([key]) => key === name || new RegExp(`^${name}[.[]\\d+]?$`).test(key))
    .flatMap(([, value]) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');

/** What the file `<script>.conf` beside a migration says. */
export function scriptConfig(text: string | undefined): {
  readonly executeInTransaction?: boolean;
  readonly placeholderReplacement?: boolean;
  readonly shouldExecute?: boolean;
} {
  const entries = propertiesOf(text ?? '');
  const flag = (name: string) => {
    const value = entries.get(name);
    return value === undefined ? {} : { [name]: value === 'true' };
  };
  return { ...flag('executeInTransaction'), ...flag('placeholderReplacement'), ...flag('shouldExecute') };
}

/** `key=value` lines; lines that begin with `#` or `!` are comments. */
function propertiesOf(text: string): Entries {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*([#!]|$)/.test(line));
  return new Map(
    lines.flatMap((line) => {
      const [, key, value] = /^\s*([^=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, value ?? ''] as const];
    }),
  );
}

/** The documents of a file that are for every profile. */
async function springYaml(text: string): Promise<Entries> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text).map((document) => flatten(document.toJS() as unknown));
  const isForAll = (entries: Entries) =>
    ![...entries.keys()].some((key) => /^spring\.(profiles|config\.activate)\b/.test(key));
  return new Map(documents.filter(isForAll).flatMap((entries) => [...entries]));
}

function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') return new Map([[prefix, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, each]) => [
      ...flatten(each, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  );
}
