import { displayPath } from '../../errors/source-location.js';
import { linesOf, refusal, type SqlSource } from '../sql-files.js';
import type { TextPiece } from '../text-pieces.js';

/** A change set of a file in Liquibase's formatted SQL. */
export interface ChangeSet {
  readonly id: string;
  readonly author: string;
  /** Names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly up: readonly TextPiece[];
  readonly rollback: readonly TextPiece[];
  /** The UTF-16 index of its line. */
  readonly start: number;
}

const HEADER = /^\s*--\s*liquibase\s*formatted/i;
const CHANGE_SET = /^\s*--\s*changeset\s+("[^"]+"|[^\s:"]+):("[^"]+"|\S+)(.*)$/i;
const ROLLBACK = /^\s*--\s*rollback\s?/i;
/** What depends on the state of the database, on a paid edition, or on another change set. */
const UNSUPPORTED =
  /^\s*--\s*(preconditions?\b|precondition-[\w-]+|include(all)?\b|rollbacksqlfile\b|tagdatabase\b)/i;

/** Whether the first line that is not empty says so. */
export const isFormatted = ({ source }: SqlSource): boolean =>
  HEADER.test(source.slice(source.search(/\S|$/)));

/**
 * The change sets of a file. `AbstractFormattedChangeLogParser.java` has the patterns.
 *
 * @throws DriftmarkError `migrations-invalid` for what only Liquibase can run
 */
export function changeSetsIn(source: SqlSource): readonly ChangeSet[] {
  const found: (ChangeSet & { up: TextPiece[]; rollback: TextPiece[] })[] = [];
  let ignored: number | 'all' = 0;
  for (const { text, start, end } of linesOf(source.source)) {
    const current = found.at(-1);
    const [, author, id, rest = ''] = CHANGE_SET.exec(text) ?? [];
    const [, lines] = /^\s*--\s*ignoreLines:(start|end|\d+)/i.exec(text) ?? [];
    if (lines !== undefined) ignored = lines === 'start' ? 'all' : lines === 'end' ? 0 : Number(lines);
    else if (ignored !== 0) ignored = ignored === 'all' ? 'all' : ignored - 1;
    else if (author !== undefined && id !== undefined)
      found.push({
        author: unquoted(author),
        id: unquoted(id),
        attributes: attributesIn(rest),
        up: [],
        rollback: [],
        start,
      });
    else if (/^\s*-{1,2}\s*changeset\b/i.test(text))
      throw invalid(
        source,
        `${text.trim()} is not a change set that Liquibase accepts`,
        'Write `--changeset author:id`.',
        start,
      );
    else if (UNSUPPORTED.test(text))
      throw invalid(source, `driftmark does not run ${text.trim()}`, USE_COMMAND, start);
    else if (current && ROLLBACK.test(text)) {
      const from = start + (ROLLBACK.exec(text)?.[0].length ?? 0);
      current.rollback.push({ text: source.source.slice(from, end), start: from });
    } else current?.up.push({ text: source.source.slice(start, end), start });
  }
  return found.map((changeSet) => ({ ...changeSet, rollback: rollbackOf(changeSet, source) }));
}

/** The rollback in comment lines, or in a block `/* liquibase rollback … *\/`; none if it is not required. */
function rollbackOf({ up, rollback, start }: ChangeSet, source: SqlSource): readonly TextPiece[] {
  const text = rollback.map((piece) => piece.text).join('');
  if (/^\s*(not required|empty)\s*;?\s*$/i.test(text)) return [];
  if (/\bchangeset(id|author|path):/i.test(text))
    throw invalid(source, 'driftmark does not support a rollback by another change set', USE_COMMAND, start);
  if (rollback.length > 0) return rollback;
  const [first] = up;
  const last = up.at(-1);
  if (first === undefined || last === undefined) return [];
  const body = source.source.slice(first.start, last.start + last.text.length);
  const [, opening = '', block] = /(\/\*\s*liquibase\s+rollback\s)([^]*?)\*\//i.exec(body) ?? [];
  if (block === undefined) return [];
  return [{ text: block, start: first.start + body.indexOf(opening) + opening.length }];
}

const unquoted = (text: string): string => text.replace(/^"(.*)"$/, '$1');

function attributesIn(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/([A-Za-z]+):("[^"]*"|\S+)/g);
  return new Map([...found].map(([, name = '', value = '']) => [name.toLowerCase(), unquoted(value)]));
}

export const USE_COMMAND =
  "Let Liquibase run the migrations: set `migrations: { command: 'liquibase update …' }` in the config.";

export function invalid(source: SqlSource, what: string, remedy: string, at?: number) {
  return refusal(source, `${displayPath(source.file)}: ${what}.`, remedy, at);
}
