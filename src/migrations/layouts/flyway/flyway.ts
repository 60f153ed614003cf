import path from 'node:path';
import { withoutLeadingComments } from '../../../postgres/sql-statements.js';
import { displayPath } from '../../errors/source-location.js';
import type { FolderListing } from '../../folder-listing.js';
import { renamedHistory } from '../configured-history.js';
import { defineLayout, type Migration, type SqlScript } from '../layout.js';
import { readSource, refusal, sqlMigration, statementsWithData } from '../sql-files.js';
import { readFlywayConfig, scriptConfig, type FlywayConfig } from './config.js';
import { byVersion, filesBelow, inOrder, keyOf, parseName, repeatables, type FlywayFile } from './files.js';
import { locationsOf } from './locations.js';
import { replacePlaceholders } from './placeholders.js';

const CODE = /^[VRUB].*__.*\.(java|kt|groovy|py|ps1|sh|bash)$/;
const CALLBACK = /^(before|after|create)[A-Z]\w*(__.*)?\.sql$/;

/** Statements that cannot run in a transaction: `PostgreSQLParser.java`. */
const NOT_IN_TRANSACTION =
  /^(create\s+(database|tablespace|subscription)|drop\s+(database|tablespace|subscription)|alter\s+system|(create|drop)\s+(unique\s+)?index\s+concurrently|reindex\s+(verbose\s+)?(schema|database|system)|vacuum|discard\s+all)\b/i;

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
    const sql = files.find((file) => file.endsWith('.sql'));
    if (sql === undefined) return undefined;
    const usual = files.find((file) => isVersioned(path.basename(file)));
    for (const name of ['flyway.toml', 'flyway.conf']) {
      const config = await folder.above(name);
      if (config && (usual !== undefined || (await hasConfiguredNames(folder, files))))
        return { strength: 'certain', file: config.file, mark: `\`${name}\`` };
    }
    if (usual === undefined) return undefined;
    return { strength: 'certain', file: path.join(folder.dir, usual), mark: `\`${usual}\`` };
  },
  read: async (folder, { placeholders = {} }) => {
    const config = withPlaceholders(await readFlywayConfig(folder), placeholders);
    const locations = await locationsOf(folder, config);
    const found = await Promise.all(
      locations.map(async (at) => (await filesBelow(at)).map((name) => ({ at, name }))),
    );
    const names = found.flat();
    const code = names.find(({ name }) => CODE.test(path.basename(name)));
    if (code) throw codeMigration(path.join(code.at.dir, code.name));
    const parsed = names.flatMap(({ at, name }) => parseName(at, name, config) ?? []);
    const skipped = await Promise.all(parsed.map(isSkipped));
    const all = parsed.filter((_, at) => skipped[at] !== true);
    const versioned = inOrder(all, 'V');
    const undo = new Map(inOrder(all, 'U').map((file) => [keyOf(file), file]));
    const baseline = inOrder(all, 'B').at(-1);
    const after = baseline ? versioned.filter((file) => byVersion(file, baseline) > 0) : versioned;
    const run = [...(baseline ? [baseline] : []), ...after, ...repeatables(all)];
    const migrations = await Promise.all(
      run.map((file) => migrationOf(config, file, file.kind === 'V' ? undo.get(keyOf(file)) : undefined)),
    );
    return {
      migrations,
      ...(config.file !== undefined && { toolConfig: config.file }),
      ...(config.schemas.length > 0 && { ownSchemas: config.schemas }),
      historyTables: renamedHistory('Flyway', config.table),
      notices: [
        ...names.flatMap(({ name }) => callbackNotice(name)),
        ...parsed
          .filter((_, at) => skipped[at] === true)
          .map(({ script }) => `${script} is not run, because its .conf file says \`shouldExecute=false\`.`),
        ...baselineNotice(baseline, versioned.length - after.length),
      ],
    };
  },
});

const isSkipped = async ({ folder, script }: FlywayFile): Promise<boolean> =>
  scriptConfig(await folder.text(`${script}.conf`)).shouldExecute === false;

/** The setting `placeholders` is stronger than the configuration of Flyway, whose names are not case-sensitive. */
function withPlaceholders(config: FlywayConfig, values: Readonly<Record<string, string>>): FlywayConfig {
  const own = Object.entries(values).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...config, placeholders: new Map([...config.placeholders, ...own]) };
}

async function hasConfiguredNames(folder: FolderListing, files: readonly string[]): Promise<boolean> {
  const config = await readFlywayConfig(folder);
  return files.some((file) => parseName(folder, file, config)?.kind === 'V');
}

const isVersioned = (name: string): boolean =>
  /^[VB]\d+(?:[._]\d+)*__.*\.sql$/i.test(name) && /^[VB]/.test(name);

async function migrationOf(
  config: FlywayConfig,
  file: FlywayFile,
  undo: FlywayFile | undefined,
): Promise<Migration> {
  const [up, down] = await Promise.all(
    [file, ...(undo ? [undo] : [])].map(({ folder, script }) => scriptOf(folder, config, script)),
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
  const statements = statementsWithData({ file: source.file, source: replaced.text });
  const cannot = statements.filter(({ text }) => NOT_IN_TRANSACTION.test(withoutLeadingComments(text)));
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
    queries: statements.map(({ text, start, copyData }) => {
      const before = replaced.edits.filter(({ at }) => at < start);
      const within = replaced.edits.filter(({ at }) => at >= start && at < start + text.length);
      return {
        text,
        start: start + before.reduce((sum, { from, to }) => sum + from - to, 0),
        ...(copyData !== undefined && { copyData }),
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
