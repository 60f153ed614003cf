import path from 'node:path';
import type { DriftmarkError } from '../../errors.js';
import { displayPath } from '../errors/source-location.js';
import { renamedHistory, variableIn } from './configured-history.js';
import { defineLayout, type SqlScript } from './layout.js';
import {
  readSource,
  refusal,
  sameVersion,
  sectionMarks,
  sqlMigration,
  statementsOf,
  type SectionMark,
  type SqlSource,
} from './sql-files.js';

const FILE = /^(\d+).*\.sql$/;
/** dbmate `pkg/dbmate/migration.go`: at the start of a line, case-sensitive. */
const MARK = /^--\s*migrate:(up|down)(\s*$|\s+\S+)/;

type Mark = SectionMark<'up' | 'down'>;

/** dbmate sends each section as one simple query in a transaction, unless its mark says `transaction:false`. */
export const dbmate = defineLayout({
  name: 'dbmate',
  title: 'dbmate',
  docs: { files: '`-- migrate:up`, `-- migrate:down`' },
  defaultFolders: ['db/migrations'],
  marks: [MARK],
  transactionRemedy:
    'Write `transaction:false` after the mark (`-- migrate:up transaction:false`), and put the statement in a file of its own.',
  detect: (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    return first === undefined
      ? undefined
      : { strength: 'possible', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder) => {
    // dbmate sorts by the file name as text, not by number.
    const files = folder.files.filter((file) => FILE.test(file));
    const versions = new Map<string, string>();
    for (const file of files) {
      const version = FILE.exec(file)?.[1] ?? '';
      const other = versions.get(version);
      if (other !== undefined) throw sameVersion(folder, version, other, file);
      versions.set(version, file);
    }
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    return {
      migrations: sources.map((source) => migrationOf(source)),
      // All files run on one connection, which keeps its settings.
      session: 'keep',
      historyTables: renamedHistory(
        'dbmate, Rails, Ecto',
        await variableIn(folder, 'DBMATE_MIGRATIONS_TABLE'),
      ),
    };
  },
});

function migrationOf(file: SqlSource) {
  const marks = sectionMarks(file.source, (line) =>
    MARK.test(line) ? (line.includes('migrate:up') ? 'up' : 'down') : undefined,
  );
  const firstUp = marks.find(({ kind }) => kind === 'up');
  if (firstUp === undefined) throw missing(file, 'up', 0);
  if (!marks.some(({ kind }) => kind === 'down')) throw missing(file, 'down', file.source.length);
  if (statementsOf({ ...file, to: firstUp.start }).length > 0) throw textBefore(file, firstUp);
  const [up, down] = (['up', 'down'] as const).map((side) => scriptOf(file, marks, side));
  const hasDown = down?.queries.length !== 0;
  return sqlMigration(path.basename(file.file), up ?? empty(file), hasDown ? down : undefined);
}

/** A file may have several pairs of sections; each runs to the next mark. */
function scriptOf(file: SqlSource, marks: readonly Mark[], side: 'up' | 'down'): SqlScript {
  const sections = marks.flatMap((mark, at) => {
    if (mark.kind !== side) return [];
    const part = { ...file, from: mark.start, to: marks[at + 1]?.start ?? file.source.length };
    // dbmate also sends the line of the mark. A section with only comments does nothing.
    if (statementsOf(part).length === 0) return [];
    return [{ mark, query: { text: file.source.slice(part.from, part.to), start: part.from } }];
  });
  return {
    file: file.file,
    source: file.source,
    transaction: !sections.some(({ mark }) => /\stransaction:false(\s|$)/.test(mark.line)),
    queries: sections.map(({ query }) => query),
  };
}

const empty = ({ file, source }: SqlSource): SqlScript => ({ file, source, transaction: true, queries: [] });

function missing(file: SqlSource, side: 'up' | 'down', at: number): DriftmarkError {
  const indented = new RegExp(`^[ \\t]+(--\\s*migrate:${side})\\b`, 'm').exec(file.source);
  if (indented) {
    return refusal(
      file,
      `${displayPath(file.file)} has an indented line \`-- migrate:${side}\`, which dbmate does not recognise.`,
      'Remove the spaces before it. The statement above it may also lack its semicolon.',
      indented.index,
    );
  }
  return refusal(
    file,
    `${displayPath(file.file)} has no line \`-- migrate:${side}\`, which dbmate requires.`,
    side === 'up'
      ? 'Add the line `-- migrate:up` before the SQL.'
      : 'Add the line `-- migrate:down` at the end, also if nothing follows it.',
    at,
  );
}

function textBefore(file: SqlSource, mark: Mark): DriftmarkError {
  return refusal(
    file,
    `${displayPath(file.file)} has statements before the first \`-- migrate:up\`, which dbmate refuses.`,
    'Move them below that line.',
    mark.start,
  );
}
