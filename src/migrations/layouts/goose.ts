import path from 'node:path';
import type { DriftmarkError } from '../../errors.js';
import { displayPath } from '../errors/source-location.js';
import { defineLayout, type SqlQuery, type SqlScript } from './layout.js';
import {
  endsStatement,
  linesOf,
  readSource,
  refusal,
  sameVersion,
  sqlMigration,
  type SqlSource,
} from './sql-files.js';

const FILE = /^(\d+)_.*\.(sql|go)$/;
const ANNOTATION = /^\s*--.*\+goose/i;

/**
 * goose splits by line, not by SQL: a statement ends at a line that ends with `;`, except between `StatementBegin`
 * and
 * `StatementEnd`. Each file is one transaction, unless it says `NO TRANSACTION`. `internal/sqlparser/parser.go`.
 */
export const goose = defineLayout({
  name: 'goose',
  title: 'goose',
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
  read: async (folder) => {
    const files = folder.files
      .filter((file) => FILE.test(file) && !file.endsWith('_test.go'))
      .map((file) => ({ file, version: BigInt(FILE.exec(file)?.[1] ?? 0) }))
      .filter(({ version }) => version > 0n)
      .sort((a, b) => (a.version < b.version ? -1 : 1));
    files.forEach(({ file, version }, at) => {
      const before = files[at - 1];
      if (before?.version === version) throw sameVersion(folder, version, before.file, file);
    });
    const go = files.find(({ file }) => file.endsWith('.go'));
    if (go) throw goMigration(path.join(folder.dir, go.file));
    const sources = await Promise.all(files.map(({ file }) => readSource(folder, file)));
    return { migrations: sources.map(migrationOf) };
  },
});

function goMigration(file: string): DriftmarkError {
  return refusal(
    { file },
    `${displayPath(file)} is a migration in Go, which driftmark cannot run.`,
    'Set `migrations` in the config to the command that runs the migrations, or write the migration in SQL.',
  );
}

/** One section while it is read. */
interface Section {
  readonly queries: SqlQuery[];
  /** The UTF-16 index at which the statement begins that is being read, and its lines so far. */
  start: number | undefined;
  text: string;
}

function migrationOf(file: SqlSource) {
  const sections: { up?: Section; down?: Section } = {};
  let current: 'up' | 'down' | undefined;
  let inStatement: number | undefined;
  let transaction = true;
  let substitutes = false;
  const finish = (): void => {
    const section = current && sections[current];
    if (section === undefined) return;
    if (inStatement !== undefined)
      throw invalid(
        file,
        inStatement,
        '`-- +goose StatementBegin` has no `-- +goose StatementEnd`.',
        'Add it.',
      );
    if (section.text.trim() !== '' && section.start !== undefined)
      throw invalid(
        file,
        section.start,
        'a statement does not end with a semicolon.',
        'Add the semicolon at the end of its last line.',
      );
    [section.start, section.text] = [undefined, ''];
  };
  const push = (section: Section): void => {
    if (section.start !== undefined) section.queries.push({ text: section.text, start: section.start });
    [section.start, section.text] = [undefined, ''];
  };
  for (const { text, start, end } of linesOf(file.source)) {
    if (ANNOTATION.test(text)) {
      if (/^\s/.test(text))
        throw invalid(file, start, 'the annotation is indented.', 'Remove the white space before it.');
      const annotation = text
        .replace(/^--/, '')
        .replace(/\+goose/i, '')
        .trim()
        .toLowerCase();
      if (annotation === 'up' || annotation === 'down') {
        if (sections[annotation])
          throw invalid(
            file,
            start,
            `there is a second \`-- +goose ${annotation === 'up' ? 'Up' : 'Down'}\`.`,
            'Remove it.',
          );
        if (annotation === 'down' && !sections.up)
          throw invalid(
            file,
            start,
            '`-- +goose Down` comes before `-- +goose Up`.',
            'Put `-- +goose Up` first.',
          );
        finish();
        current = annotation;
        sections[annotation] = { queries: [], start: undefined, text: '' };
      } else if (annotation === 'statementbegin') inStatement = start;
      else if (annotation === 'statementend') {
        inStatement = undefined;
        const section = current && sections[current];
        if (section) push(section);
      } else if (annotation === 'no transaction') transaction = false;
      else if (annotation === 'envsub on' || annotation === 'envsub off')
        substitutes = annotation === 'envsub on';
      else throw invalid(file, start, `\`${text.trim()}\` is not an annotation of goose.`, 'Correct it.');
      continue;
    }
    const section = current && sections[current];
    const isComment = /^\s*(--|$)/.test(text);
    if (section === undefined) {
      if (!isComment)
        throw invalid(file, start, 'there is SQL before `-- +goose Up`.', 'Move it below that line.');
      continue;
    }
    // goose drops comments and empty lines before a statement.
    if (isComment && section.start === undefined) continue;
    if (substitutes && /\$(\w|\{)/.test(text))
      throw invalid(
        file,
        start,
        'driftmark does not substitute environment variables (ENVSUB).',
        'Write the value into the file.',
      );
    section.start ??= start;
    section.text += file.source.slice(start, end);
    if (inStatement === undefined && endsStatement(text)) push(section);
  }
  finish();
  if (!sections.up) throw invalid(file, 0, 'the line `-- +goose Up` is missing.', 'Add it before the SQL.');
  const scriptOf = ({ queries }: Section): SqlScript => ({
    file: file.file,
    source: file.source,
    transaction,
    queries,
  });
  const { up, down } = sections;
  return sqlMigration(
    path.basename(file.file),
    scriptOf(up),
    down && down.queries.length > 0 ? scriptOf(down) : undefined,
  );
}

function invalid(file: SqlSource, at: number, what: string, remedy: string): DriftmarkError {
  return refusal(file, `${displayPath(file.file)}: ${what}`, remedy, at);
}
