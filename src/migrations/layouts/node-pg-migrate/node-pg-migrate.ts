import path from 'node:path';
import {
  codeOf,
  hasFunction,
  isCodeFile,
  refuseOtherLibraries,
  withoutComments,
  writtenFor,
} from '../code/libraries.js';
import type { FolderListing } from '../../folder-listing.js';
import { defineLayout, type Evidence, type Migration } from '../layout.js';
import { readSource, sectionMarks, sqlMigration, wholeText, type SqlSource } from '../sql-files.js';

const own = { name: 'node-pg-migrate', title: 'node-pg-migrate' } as const;

const MARK = /^--[\s-]*(up|down)\s+migration/i;
const SQL_FILE = /^\d.*\.sql$/;

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
    return { migrations: (await Promise.all(read)).filter((each) => each !== undefined) };
  },
  code: {
    warmUp: async (dir, projectDir) => {
      const { warmUp } = await import('./session.js');
      await warmUp(dir, projectDir);
    },
    openSession: async (setup, observer) => {
      const { openNodePgMigrateSession } = await import('./session.js');
      return openNodePgMigrateSession(setup, observer);
    },
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

const fromSql = async (folder: FolderListing, file: string): Promise<Migration> =>
  migrationOf(await readSource(folder, file));

function migrationOf(source: SqlSource): Migration {
  const marks = sectionMarks(source.source, (line) => MARK.exec(line)?.[1]?.toLowerCase());
  const sectionOf = (side: string) => {
    const at = marks.findIndex(({ kind }) => kind === side);
    const mark = marks[at];
    return mark && wholeText({ ...source, from: mark.end, ...endOf(marks[at + 1]) }, { transaction: true });
  };
  const up = sectionOf('up') ?? wholeText(source, { transaction: true });
  return sqlMigration(path.basename(source.file, '.sql'), up, sectionOf('down'));
}

const endOf = (next: { readonly start: number } | undefined) =>
  next === undefined ? {} : { to: next.start };
