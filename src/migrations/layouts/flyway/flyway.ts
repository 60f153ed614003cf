import path from 'node:path';
import { displayPath } from '../../errors/source-location.js';
import { byCodePoint, type FolderListing } from '../../folder-listing.js';
import { defineLayout, type Migration, type SqlScript } from '../layout.js';
import { readSource, refusal, sameVersion, sqlMigration, statementsOf } from '../sql-files.js';
import { readFlywayConfig, scriptConfig, type FlywayConfig } from './config.js';
import { replacePlaceholders } from './placeholders.js';

/** Prefix, version with `.` or `_` between its parts, `__`, description: `ResourceNameParser.java`. */
const FILE = /^(?:([VUB])(\d+(?:[._]\d+)*)|(R))__(.*)\.sql$/i;
const CODE = /^[VRUB].*__.*\.(java|kt|groovy|py|ps1|sh|bash)$/;
const CALLBACK = /^(before|after|create)[A-Z]\w*(__.*)?\.sql$/;

/** Statements that cannot run in a transaction: `PostgreSQLParser.java`. */
const NOT_IN_TRANSACTION =
  /^\s*(create\s+(database|tablespace|subscription)|drop\s+(database|tablespace|subscription)|alter\s+system|(create|drop)\s+(unique\s+)?index\s+concurrently|reindex\s+(verbose\s+)?(schema|database|system)|vacuum|discard\s+all)\b/i;

interface FlywayFile {
  /** Relative to the folder, as Flyway records it. */
  readonly script: string;
  readonly kind: 'V' | 'U' | 'B' | 'R';
  readonly version: readonly bigint[];
  readonly description: string;
}

/**
 * Flyway runs `V<version>__name.sql` in order of version, part by part as numbers, and then `R__name.sql` in order of
 * description. `U<version>__name.sql` undoes the same version. An empty database begins at the highest `B<version>__name.sql`.
 * A file is one transaction, unless it holds a statement that cannot run in one.
 */
export const flyway = defineLayout({
  name: 'flyway',
  title: 'Flyway',
  docs: {
    files: '`V1__name.sql`, `R__name.sql`, `U1__name.sql`',
    remark: 'SQL migrations; [`placeholders`](config.md)',
  },
  defaultFolders: [
    'src/main/resources/db/migration',
    'src/main/resources/db/migrations',
    'db/migration',
    'migrations',
    'sql',
  ],
  usesSubfolders: true,
  detect: async (folder) => {
    const files = await filesBelow(folder);
    const first = files.find((file) => isVersioned(path.basename(file)));
    if (first === undefined) return undefined;
    for (const name of ['flyway.toml', 'flyway.conf']) {
      const config = await folder.above(name);
      if (config) return { strength: 'certain', file: config.file, mark: `\`${name}\`` };
    }
    return { strength: 'certain', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder, { placeholders = {} }) => {
    const names = await filesBelow(folder);
    const code = names.find((name) => CODE.test(path.basename(name)));
    if (code !== undefined) throw codeMigration(path.join(folder.dir, code));
    const config = withPlaceholders(await readFlywayConfig(folder), placeholders);
    const all = names.flatMap(parseName);
    const versioned = inOrder(folder, all, 'V');
    const undo = new Map(inOrder(folder, all, 'U').map((file) => [keyOf(file), file]));
    const baseline = inOrder(folder, all, 'B').at(-1);
    const repeatable = all
      .filter(({ kind }) => kind === 'R')
      .sort((a, b) => byCodePoint(a.description, b.description));
    const after = baseline
      ? versioned.filter(({ version }) => compareVersions(version, baseline.version) > 0)
      : versioned;
    const run = [...(baseline ? [baseline] : []), ...after, ...repeatable];
    const migrations = await Promise.all(
      run.map((file) =>
        migrationOf(folder, config, file, file.kind === 'V' ? undo.get(keyOf(file)) : undefined),
      ),
    );
    return {
      migrations,
      ...(config.file !== undefined && { toolConfig: config.file }),
      notices: [
        ...names.flatMap(callbackNotice),
        ...baselineNotice(baseline, versioned.length - after.length),
      ],
    };
  },
});

/** The setting `placeholders` is stronger than the configuration of Flyway, whose names are not case-sensitive. */
function withPlaceholders(config: FlywayConfig, values: Readonly<Record<string, string>>): FlywayConfig {
  const own = Object.entries(values).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...config, placeholders: new Map([...config.placeholders, ...own]) };
}

const isVersioned = (name: string): boolean => /^[VB]\d/.test(name) && FILE.test(name);

/** The names of all files below a folder, relative to it, with `/`. */
async function filesBelow(folder: FolderListing, prefix = ''): Promise<string[]> {
  const below = await Promise.all(
    folder.folders.map(async (name) => filesBelow(await folder.folder(name), `${prefix}${name}/`)),
  );
  return [...folder.files.map((name) => `${prefix}${name}`), ...below.flat()];
}

/** The prefix is case-sensitive, the suffix is not. */
function parseName(script: string): FlywayFile[] {
  const [, prefix, version, repeatable, description = ''] = FILE.exec(path.basename(script)) ?? [];
  const kind = prefix ?? repeatable;
  if (kind !== 'V' && kind !== 'U' && kind !== 'B' && kind !== 'R') return [];
  return [{ script, kind, version: (version ?? '').split(/[._]/).filter(Boolean).map(BigInt), description }];
}

/** Missing parts count as 0. */
function compareVersions(a: readonly bigint[], b: readonly bigint[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at] ?? 0n, b[at] ?? 0n];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** `1.0` and `1` are the same version. */
const keyOf = ({ version }: FlywayFile): string => version.join('.').replace(/(\.0)+$/, '');

function inOrder(folder: FolderListing, all: readonly FlywayFile[], kind: FlywayFile['kind']): FlywayFile[] {
  const files = all
    .filter((file) => file.kind === kind)
    .sort((a, b) => compareVersions(a.version, b.version));
  files.forEach((file, at) => {
    const before = files[at - 1];
    if (before && keyOf(before) === keyOf(file))
      throw sameVersion(folder, file.version.join('.'), before.script, file.script);
  });
  return files;
}

async function migrationOf(
  folder: FolderListing,
  config: FlywayConfig,
  file: FlywayFile,
  undo: FlywayFile | undefined,
): Promise<Migration> {
  const [up, down] = await Promise.all(
    [file, ...(undo ? [undo] : [])].map(({ script }) => scriptOf(folder, config, script)),
  );
  if (up === undefined) throw new Error(`${file.script} was not read.`);
  return sqlMigration(file.script, up, down);
}

async function scriptOf(folder: FolderListing, config: FlywayConfig, script: string): Promise<SqlScript> {
  const source = await readSource(folder, script);
  const own = scriptConfig(await folder.text(`${script}.conf`));
  const replaced =
    (own.placeholderReplacement ?? config.placeholderReplacement)
      ? replacePlaceholders(source, script, config)
      : { text: source.source, edits: [] };
  const statements = statementsOf({ file: source.file, source: replaced.text });
  const cannot = statements.filter(({ text }) => NOT_IN_TRANSACTION.test(text));
  if (
    cannot.length > 0 &&
    cannot.length < statements.length &&
    !config.mixed &&
    own.executeInTransaction === undefined
  )
    throw refusal(
      source,
      `${displayPath(source.file)} mixes statements that cannot run in a transaction with others, which Flyway refuses.`,
      'Put them in a file of their own, or set `flyway.mixed`.',
      replaced.edits.length === 0 ? cannot[0]?.start : undefined,
    );
  return {
    file: source.file,
    source: source.source,
    transaction: own.executeInTransaction ?? cannot.length === 0,
    queries: statements.map(({ text, start }) => {
      const before = replaced.edits.filter(({ at }) => at < start);
      const within = replaced.edits.filter(({ at }) => at >= start && at < start + text.length);
      return {
        text,
        start: start + before.reduce((sum, { from, to }) => sum + from - to, 0),
        ...(within.length > 0 && { edits: within.map((edit) => ({ ...edit, at: edit.at - start })) }),
      };
    }),
  };
}

function callbackNotice(name: string): string[] {
  return CALLBACK.test(path.basename(name))
    ? [
        `${name} is a callback of Flyway, which driftmark does not run. If it changes the schema, set \`setup\` in the config.`,
      ]
    : [];
}

function baselineNotice(baseline: FlywayFile | undefined, count: number): string[] {
  if (baseline === undefined || count === 0) return [];
  return [
    `Flyway begins a new database at ${baseline.script}: ${count} older ${count === 1 ? 'migration does' : 'migrations do'} not run.`,
  ];
}

function codeMigration(file: string) {
  return refusal(
    { file },
    `${displayPath(file)} is a migration in code, which driftmark cannot run.`,
    'Write the migration in SQL, or let Flyway itself run with `migrations: { command: … }`.',
  );
}
