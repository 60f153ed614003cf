import path from 'node:path';
import type { DriftmarkError } from '../../errors.js';
import { displayPath } from '../errors/source-location.js';
import { renamedHistory, variableIn } from './configured-history.js';
import { environmentVariablesIn } from './goose-variables.js';
import { defineLayout, type Migration } from './layout.js';
import { linesOf, readSource, refusal, sameVersion, sqlMigration, type SqlSource } from './sql-files.js';
import { splitByLine, type SectionLine } from './text-pieces.js';

const FILE = /^(\d+)_.*\.(sql|go)$/;
const ANNOTATION = /^\s*--.*\+goose/i;

/**
 * goose splits by line, not by SQL: a statement ends at a line that ends with `;`, except between `StatementBegin`
 * and `StatementEnd`. Each file is one transaction, unless it says `NO TRANSACTION`. `internal/sqlparser/parser.go`.
 */
export const goose = defineLayout({
  name: 'goose',
  title: 'goose',
  docs: {
    files: '`-- +goose Up`, `-- +goose Down`',
    remark: 'SQL migrations; [`placeholders`](config.md) for `ENVSUB`',
  },
  defaultFolders: ['migrations', 'db/migrations'],
  transactionRemedy: 'Add the line `-- +goose NO TRANSACTION` to the file.',
  marks: [/^--\s*\+goose\s+(up|down|statementbegin|statementend|no transaction|envsub o(n|ff))\s*$/i],
  detect: async (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    if (first === undefined) return undefined;
    const module = await folder.above('go.mod');
    if (module?.text.includes('github.com/pressly/goose') && first.endsWith('.go')) {
      return { strength: 'certain', file: module.file, mark: '`github.com/pressly/goose`' };
    }
    return { strength: 'possible', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder, { placeholders }) => {
    const others = folder.files.filter((file) => file.endsWith('.sql') && !FILE.test(file));
    const files = folder.files
      .filter((file) => FILE.test(file) && !file.endsWith('_test.go'))
      .map((file) => ({ file, version: BigInt(FILE.exec(file)?.[1] ?? 0) }))
      .sort((a, b) => (a.version < b.version ? -1 : 1));
    files.forEach(({ file, version }, at) => {
      const before = files[at - 1];
      if (before?.version === version) throw sameVersion(folder, version, before.file, file);
    });
    const zero = files.find(({ version }) => version === 0n);
    if (zero) throw withoutNumber(path.join(folder.dir, zero.file));
    const go = files.find(({ file }) => file.endsWith('.go'));
    if (go) throw goMigration(path.join(folder.dir, go.file));
    const sources = await Promise.all(files.map(({ file }) => readSource(folder, file)));
    return {
      migrations: sources.map((source) => migrationOf(source, placeholders ?? {})),
      // All files run on one connection, which keeps its settings.
      session: 'keep',
      historyTables: renamedHistory('goose', await variableIn(folder, 'GOOSE_TABLE')),
      notices: others.map(
        (file) =>
          `${displayPath(path.join(folder.dir, file))} has no number in front of \`_\`: goose ignores it, or refuses the folder.`,
      ),
    };
  },
});

function goMigration(file: string): DriftmarkError {
  return refusal(
    { file },
    `${displayPath(file)} is a migration in Go, which driftmark cannot run.`,
    'Set `migrations` in the config to the command that runs the migrations, or write the migration in SQL.',
  );
}

function withoutNumber(file: string): DriftmarkError {
  return refusal(
    { file },
    `${displayPath(file)} has the number 0, which goose refuses.`,
    'Rename the file, so that its number is at least 1.',
  );
}

type Side = 'up' | 'down';

/** The sections of a file. */
interface Sections {
  readonly up?: SectionLine[];
  readonly down?: SectionLine[];
  readonly transaction: boolean;
}

function migrationOf(file: SqlSource, values: Readonly<Record<string, string>>): Migration {
  const { up, down, transaction } = sectionsIn(file, values);
  if (!up) throw invalid(file, 0, 'the line `-- +goose Up` is missing.', 'Add it before the SQL.');
  const scriptOf = (lines: readonly SectionLine[]) => {
    const { queries, unfinished } = splitByLine(lines, isComment);
    if (unfinished !== undefined)
      throw invalid(
        file,
        unfinished,
        'a statement does not end with a semicolon.',
        'Add the semicolon at the end of its last line.',
      );
    return { file: file.file, source: file.source, transaction, queries };
  };
  const [upScript, downScript] = [scriptOf(up), scriptOf(down ?? [])];
  return sqlMigration(
    path.basename(file.file),
    upScript,
    downScript.queries.length > 0 ? downScript : undefined,
  );
}

const isComment = (text: string): boolean => /^\s*(--|$)/.test(text);

function sectionsIn(file: SqlSource, values: Readonly<Record<string, string>>): Sections {
  const sections: { up?: SectionLine[]; down?: SectionLine[] } = {};
  let current: Side | undefined;
  let block: number | undefined;
  let transaction = true;
  let substitutes = false;
  const assertNoBlock = (): void => {
    if (block === undefined) return;
    throw invalid(file, block, '`-- +goose StatementBegin` has no `-- +goose StatementEnd`.', 'Add it.');
  };
  for (const { text, start, end } of linesOf(file.source)) {
    const lines = current && sections[current];
    const annotation = annotationIn(file, text, start);
    if (annotation === undefined) {
      const line = file.source.slice(start, end);
      if (lines)
        lines.push({
          type: 'sql',
          text: line,
          start,
          ...(substitutes && { replacements: environmentVariablesIn(line, values, file, start) }),
        });
      else if (!isComment(text))
        throw invalid(file, start, 'there is SQL before `-- +goose Up`.', 'Move it below that line.');
    } else if (annotation === 'up' || annotation === 'down') {
      assertNoBlock();
      assertInOrder(file, annotation, sections, start);
      current = annotation;
      sections[annotation] = [];
    } else if (annotation === 'statementbegin') {
      block = start;
      lines?.push({ type: 'begin' });
    } else if (annotation === 'statementend') {
      block = undefined;
      lines?.push({ type: 'end' });
    } else if (annotation === 'no transaction') transaction = false;
    else substitutes = annotation === 'envsub on';
  }
  assertNoBlock();
  return { ...sections, transaction };
}

const ANNOTATIONS = [
  'up',
  'down',
  'statementbegin',
  'statementend',
  'no transaction',
  'envsub on',
  'envsub off',
] as const;

/** The annotation in a line, if it is one. */
function annotationIn(file: SqlSource, text: string, start: number) {
  if (!ANNOTATION.test(text)) return undefined;
  if (/^\s/.test(text))
    throw invalid(file, start, 'the annotation is indented.', 'Remove the white space before it.');
  const name = text
    .replace(/^--/, '')
    .replace(/\+goose/i, '')
    .trim()
    .toLowerCase();
  const known = ANNOTATIONS.find((each) => each === name);
  if (known === undefined)
    throw invalid(
      file,
      start,
      `\`${text.trim()}\` is not an annotation that goose knows.`,
      'Correct or remove the line.',
    );
  return known;
}

function assertInOrder(
  file: SqlSource,
  side: Side,
  sections: Readonly<Partial<Record<Side, unknown>>>,
  start: number,
): void {
  if (sections[side])
    throw invalid(
      file,
      start,
      `there is a second \`-- +goose ${side === 'up' ? 'Up' : 'Down'}\`.`,
      'Remove it.',
    );
  if (side === 'down' && !sections.up)
    throw invalid(file, start, '`-- +goose Down` comes before `-- +goose Up`.', 'Put `-- +goose Up` first.');
}

function invalid(file: SqlSource, at: number, what: string, remedy: string): DriftmarkError {
  return refusal(file, `${displayPath(file.file)}: ${what}`, remedy, at);
}
