import path from 'node:path';
import { defineLayout } from './layout.js';
import { readSource, sectionMarks, sqlMigration, wholeText, type SqlSource } from './sql-files.js';

const MARK = /^--[\s-]*(up|down)\s+migration/i;
const FILE = /^\d.*\.sql$/;

/**
 * SQL files of node-pg-migrate have the sections `-- Up Migration` and `-- Down Migration`. Without the first, the whole file
 * runs up. Each section is one query. `src/sqlMigration.ts`, `src/utils/comparators.ts`.
 */
export const nodePgMigrate = defineLayout({
  name: 'node-pg-migrate',
  title: 'node-pg-migrate',
  defaultFolders: ['migrations'],
  marks: [MARK],
  transactionRemedy:
    'node-pg-migrate runs all migrations in one transaction by default, so this statement cannot run in an SQL file: write the migration in JavaScript with `pgm.noTransaction()`.',
  detect: async (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    if (first === undefined || folder.files.some((file) => /\.[cm]?[jt]s$/.test(file))) return undefined;
    const manifest = await folder.above('package.json');
    if (manifest && /"node-pg-migrate"\s*:/.test(manifest.text))
      return { strength: 'certain', file: manifest.file, mark: '`node-pg-migrate`' };
    return undefined;
  },
  read: async (folder) => {
    const files = folder.files
      .filter((file) => FILE.test(file))
      .sort((a, b) => timeOf(a) - timeOf(b) || a.localeCompare(b, 'en', { numeric: true }));
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    return { migrations: sources.map(migrationOf) };
  },
});

/** 17 digits are a UTC date with milliseconds; any other number counts as it is. */
function timeOf(file: string): number {
  const [digits = ''] = /^\d+/.exec(file) ?? [];
  if (digits.length !== 17) return Number(digits);
  const [year, month, day, hour, minute, second, ms] = [4, 2, 2, 2, 2, 2, 3].map((length, at, lengths) => {
    const from = lengths.slice(0, at).reduce((sum, each) => sum + each, 0);
    return Number(digits.slice(from, from + length));
  });
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}

function migrationOf(source: SqlSource) {
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
