import path from 'node:path';
import { splitStatements } from '../../../postgres/sql-statements.js';
import type { FolderListing } from '../../folder-listing.js';
import type { HistoryTable } from '../../history-tables.js';
import { defineLayout, type Migration, type SqlQuery, type SqlScript } from '../layout.js';
import { sqlMigration, type SqlSource } from '../sql-files.js';
import { readChangelog, rootIn } from './changelog.js';
import { changeSetsIn, invalid, isFormatted, USE_COMMAND, type ChangeSet } from './formatted-sql.js';
import { joined, type JoinedText, type TextPiece } from '../text-pieces.js';

/**
 * Liquibase's formatted SQL: files with change sets, each a transaction. The order is that of the root changelog, if it consists
 * of includes, else that of the paths. Change sets in XML, YAML and JSON are refused.
 */
export const liquibase = defineLayout({
  name: 'liquibase',
  title: 'Liquibase',
  docs: {
    files: '`--liquibase formatted sql`',
    remark: 'change sets in SQL, in the order of a changelog of includes',
  },
  defaultFolders: ['db/changelog', 'src/main/resources/db/changelog', 'changelog', 'db/changelogs'],
  usesSubfolders: true,
  transactionRemedy: 'Add `runInTransaction:false` to the change set, and leave no other statement in it.',
  marks: [/^--\s*liquibase\s+formatted\b/i, /^--\s*changeset\s+\S+:\S+/i],
  detect: async (folder) => {
    const root = await rootIn(folder);
    return root === undefined
      ? undefined
      : { strength: 'certain', file: path.join(folder.dir, root), mark: `\`${root}\`` };
  },
  read: async (folder) => {
    const { files, properties } = await readChangelog(folder);
    const migrations = files.flatMap((file) => migrationsOf(folder, file, properties));
    const config = await folder.above('liquibase.properties');
    const [, table = 'databasechangelog'] =
      /^\s*(?:liquibase\.)?database-?changelog-?table-?name\s*[=:]\s*(\S+)/im.exec(config?.text ?? '') ?? [];
    return {
      migrations,
      // All change sets run on one connection, which keeps its settings.
      session: 'keep',
      historyTables: [historyTable(table, migrations)],
    };
  },
});

/** A change set is recorded by its id, its author, and the path of its file below the search path. */
const historyTable = (table: string, migrations: readonly Migration[]): HistoryTable => ({
  tool: 'Liquibase',
  table,
  nameColumn: 'id',
  flags: ['author', 'filename'],
  nameOf: ({ name, author, filename }) => {
    const recorded = `${String(filename)}::${String(name)}::${String(author)}`;
    return migrations.find((each) => `/${recorded}`.endsWith(`/${each.name}`))?.name ?? recorded;
  },
});

function migrationsOf(
  folder: FolderListing,
  source: SqlSource,
  properties: Map<string, string>,
): readonly Migration[] {
  for (const [, name = '', value = ''] of source.source.matchAll(
    /^\s*--\s*property\s+name:(\S+)\s+value:("[^"]*"|\S+)/gim,
  ))
    // The first value of a property counts.
    if (!properties.has(name)) properties.set(name, value.replace(/^"(.*)"$/, '$1'));
  const shown = path.relative(folder.dir, source.file);
  return setsOf(source)
    .filter((changeSet) => isForPostgres(changeSet))
    .map((changeSet): Migration => {
      const { id, author, attributes, up, rollback } = changeSet;
      for (const name of ['runwith', 'failonerror'])
        if (attributes.has(name) && attributes.get(name) !== 'true')
          throw invalid(
            source,
            `driftmark does not support ${name}:${attributes.get(name) ?? ''}`,
            USE_COMMAND,
            changeSet.start,
          );
      const scriptOf = (pieces: readonly TextPiece[], prefix: '' | 'rollback'): SqlScript => ({
        file: source.file,
        source: source.source,
        transaction: attributes.get('runintransaction') !== 'false',
        queries: queriesOf(
          joined(pieces.map((piece) => withParameters(piece, properties))),
          attributes.get(`${prefix}splitstatements`) !== 'false',
          attributes.get(`${prefix}enddelimiter`),
        ),
      });
      const name = `${shown}::${id}::${author}`;
      return sqlMigration(
        name,
        scriptOf(up, ''),
        rollback.length > 0 ? scriptOf(rollback, 'rollback') : undefined,
      );
    });
}

/** `${name}` of a property is replaced. Other names stay as they are. */
const withParameters = (piece: TextPiece, properties: ReadonlyMap<string, string>): TextPiece => ({
  ...piece,
  replacements: [...piece.text.matchAll(/\$\{([^{}]+)\}/g)].flatMap(({ 0: text, 1: name = '', index }) => {
    const value = properties.get(name);
    return value === undefined ? [] : [{ index, length: text.length, value }];
  }),
});

/** A file without the header is one change set. */
function setsOf(source: SqlSource): readonly ChangeSet[] {
  if (isFormatted(source)) return changeSetsIn(source);
  const up = [{ text: source.source, start: 0 }];
  return [{ id: 'raw', author: 'includeAll', attributes: new Map(), up, rollback: [], start: 0 }];
}

/** Without `--contexts` and `--label-filter`, Liquibase runs change sets of every context and label. */
function isForPostgres({ attributes }: ChangeSet): boolean {
  if (attributes.get('ignore') === 'true') return false;
  const names = attributes
    .get('dbms')
    ?.split(',')
    .map((name) => name.trim().toLowerCase());
  if (names === undefined || names.includes('postgresql') || names.includes('all')) return true;
  return names.every((name) => name.startsWith('!')) && !names.includes('!postgresql');
}

function queriesOf(sql: JoinedText, splits: boolean, delimiter: string | undefined): readonly SqlQuery[] {
  const { text, query } = sql;
  const ranges: (readonly [from: number, to: number])[] = [];
  if (!splits) ranges.push([0, text.length]);
  else if (delimiter === undefined)
    for (const statement of splitStatements(text))
      ranges.push([statement.start, statement.start + statement.text.length]);
  else {
    let from = 0;
    for (const end of text.matchAll(delimiterPattern(delimiter))) {
      ranges.push([from, end.index]);
      from = end.index + end[0].length;
    }
    ranges.push([from, text.length]);
  }
  return ranges.flatMap(([from, to]) => query(from, to) ?? []).filter((each) => hasSql(each.text));
}

/** A delimiter counts at the end of a line; `\nGO` and `/` only alone in a line. */
function delimiterPattern(delimiter: string): RegExp {
  const bare = delimiter.replace(/^(\\n|\n)+/, '').replace(/(\\s\*|\\n)+$/, '');
  const escaped = bare.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const isAlone = bare !== delimiter || /^(go|\/)$/i.test(bare);
  return new RegExp(`${isAlone ? '^[^\\S\\n]*' : ''}${escaped}[^\\S\\n]*$`, 'gim');
}

/** Liquibase does not send comments without SQL. */
const hasSql = (text: string): boolean => text.replace(/--[^\n]*|\/\*[^]*?\*\//g, '').trim() !== '';
