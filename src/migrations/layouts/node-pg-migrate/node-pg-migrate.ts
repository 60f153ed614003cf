import path from 'node:path';
import {
  codeOf,
  hasFunction,
  isCodeFile,
  refuseOtherLibraries,
  withoutComments,
  writtenFor,
} from '../code/libraries.js';
import { displayPath } from '../../errors/source-location.js';
import { renamedHistory } from '../configured-history.js';
import type { FolderListing } from '../../folder-listing.js';
import { defineLayout, type Evidence, type Migration } from '../layout.js';
import { readSource, sqlMigration, wholeText, type SqlSource } from '../sql-files.js';

const own = { name: 'node-pg-migrate', title: 'node-pg-migrate' } as const;

const MARK = /^--[\s-]*(up|down)\s+migration/i;
const SQL_FILE = /^[^.].*\.sql$/;

/**
 * Migrations of node-pg-migrate. SQL files have the sections `-- Up Migration` and `-- Down Migration`; without the first,
 * the whole file runs up; each section is one query. Code exports `up(pgm)` and, unless it can be inferred, `down`.
 * `src/sqlMigration.ts`, `src/migration.ts`, `src/utils/comparators.ts`.
 */
export const nodePgMigrate = defineLayout({
  ...own,
  docs: { files: '`.sql`, `.js`, `.ts`', remark: "[with the project's own package](javascript-tools.md)" },
  defaultFolders: ['migrations', 'db/migrations', 'src/migrations', 'src/db/migrations'],
  marks: [MARK],
  transactionRemedy:
    'node-pg-migrate runs all migrations in one transaction by default, so this statement cannot run in an SQL file: write the migration in JavaScript with `pgm.noTransaction()`.',
  detect: async (folder) => (await writtenFor(folder, own.title)) ?? fromManifest(folder),
  read: async (folder) => {
    const code = folder.files.filter(isCodeFile);
    await refuseOtherLibraries(folder, code, own);
    const all = [...folder.files.filter((file) => SQL_FILE.test(file)), ...code];
    const read = all
      .sort((a, b) => timeOf(a) - timeOf(b) || a.localeCompare(b, 'en', { numeric: true }))
      .map((file) => (isCodeFile(file) ? codeMigration(folder, file) : fromSql(folder, file)));
    const found: ReadMigration[] = (await Promise.all(read)).filter((each) => each !== undefined);
    return {
      migrations: found.map(({ isWhole: _isWhole, ...migration }) => migration),
      // All migrations run on one connection, which keeps its settings.
      session: 'keep',
      historyTables: renamedHistory('node-pg-migrate', await historyTableOf(folder)),
      notices: found.flatMap(({ file, isWhole }) =>
        isWhole === true
          ? [
              `${displayPath(file)} has a section \`-- Down Migration\` but no \`-- Up Migration\`: node-pg-migrate runs the whole file as the up migration, with the down section.`,
            ]
          : [],
      ),
    };
  },
});

/** SQL files without marks, in a package that depends on node-pg-migrate. */
async function fromManifest(folder: FolderListing): Promise<Evidence | undefined> {
  if (!folder.files.some((file) => SQL_FILE.test(file)) || folder.files.some(isCodeFile)) return undefined;
  const manifest = await folder.above('package.json');
  if (manifest && /"node-pg-migrate"\s*:/.test(manifest.text))
    return { strength: 'certain', file: manifest.file, mark: '`node-pg-migrate`' };
  return undefined;
}

/** 17 digits are a UTC date with milliseconds; any other number counts as it is. A name without a number comes first. */
function timeOf(file: string): number {
  const [digits = ''] = /^\d+/.exec(file) ?? [];
  if (digits.length !== 17) return Number(digits);
  const [year, month, day, hour, minute, second, ms] = [4, 2, 2, 2, 2, 2, 3].map((length, at, lengths) => {
    const from = lengths.slice(0, at).reduce((sum, each) => sum + each, 0);
    return Number(digits.slice(from, from + length));
  });
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}

async function codeMigration(folder: FolderListing, file: string): Promise<Migration | undefined> {
  const source = await codeOf(folder, file);
  if (!hasFunction(source, 'up')) return undefined;
  // Without a `down`, node-pg-migrate infers one.
  const forbids = /\bdown\b\s*[:=]\s*false\b/.test(withoutComments(source));
  return { name: path.parse(file).name, file: path.join(folder.dir, file), hasDown: !forbids };
}

/** A migration, and whether its down section also runs up. */
type ReadMigration = Migration & { readonly isWhole?: boolean };

const fromSql = async (folder: FolderListing, file: string): Promise<ReadMigration> =>
  migrationOf(await readSource(folder, file));

/** A mark may be indented, and may continue in the next line. The first of each kind counts. */
const markOf = (side: 'up' | 'down') => new RegExp(`^\\s*--[\\s-]*${side}\\s+migration`, 'im');

function migrationOf(source: SqlSource): ReadMigration {
  const [up, down] = (['up', 'down'] as const).map((side) => source.source.search(markOf(side)));
  const sectionAt = (from = 0, other = -1) =>
    wholeText({ ...source, from, ...(other > from && { to: other }) }, { transaction: true });
  return {
    ...sqlMigration(
      path.basename(source.file, '.sql'),
      up === -1 ? wholeText(source, { transaction: true }) : sectionAt(up, down),
      down === -1 ? undefined : sectionAt(down, up),
    ),
    isWhole: up === -1 && down !== -1,
  };
}

/** A name that a script in package.json passes, or that the configuration has. */
async function historyTableOf(folder: FolderListing): Promise<string | undefined> {
  const manifest = await folder.above('package.json');
  const config = await folder.above('config/default.json');
  const [, passed] = /--migrations-table[ =]([\w.]+)/.exec(manifest?.text ?? '') ?? [];
  return passed ?? /"migrations-table"\s*:\s*"([\w.]+)"/.exec(config?.text ?? '')?.[1];
}
