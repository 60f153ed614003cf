import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
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
}

/** Where the configuration may be: Flyway's own files, then Spring Boot's. */
const FILES: readonly (readonly [name: string, entriesOf: (text: string) => Entries])[] = [
  ['flyway.toml', (text) => flatten(parseToml(text))],
  ['flyway.conf', propertiesOf],
  ['conf/flyway.conf', propertiesOf],
  ['src/main/resources/application.properties', propertiesOf],
  ['src/main/resources/application.yml', (text) => flatten(parseYaml(text))],
  ['src/main/resources/application.yaml', (text) => flatten(parseYaml(text))],
];

/** Settings by their dotted names in lower case, without dashes. */
type Entries = ReadonlyMap<string, string>;

export async function readFlywayConfig(folder: FolderListing): Promise<FlywayConfig> {
  for (const [name, entriesOf] of FILES) {
    const found = await folder.above(name);
    const entries = found && settingsIn(found.text, entriesOf);
    if (found && entries && entries.size > 0) return { file: found.file, ...configOf(entries) };
  }
  return configOf(new Map());
}

/** The settings of Flyway in a file; none if it cannot be read as what its name says. */
function settingsIn(text: string, entriesOf: (text: string) => Entries): Entries {
  try {
    const all = [...entriesOf(text)].map(
      ([key, value]) => [key.toLowerCase().replaceAll('-', ''), value] as const,
    );
    return new Map(
      all.flatMap(([key, value]) => {
        const [, name] = /^(?:spring\.)?flyway\.(.+)$/.exec(key) ?? [];
        return name === undefined ? [] : [[name, value] as const];
      }),
    );
  } catch {
    return new Map();
  }
}

function configOf(entries: Entries): FlywayConfig {
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
  };
}

/** What the file `<script>.conf` beside a migration says. */
export function scriptConfig(text: string | undefined): {
  readonly executeInTransaction?: boolean;
  readonly placeholderReplacement?: boolean;
} {
  const entries = propertiesOf(text ?? '');
  const flag = (name: string) => {
    const value = entries.get(name);
    return value === undefined ? {} : { [name]: value === 'true' };
  };
  return { ...flag('executeInTransaction'), ...flag('placeholderReplacement') };
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

function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') return new Map([[prefix, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, each]) => [
      ...flatten(each, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  );
}
