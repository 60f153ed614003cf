import {
  MetaCommand,
  splitStatements,
  type SqlStatement,
  withoutLeadingComments,
} from '../../postgres/sql-statements.js';
import type { SqlQuery, SqlScript } from '../layouts/layout.js';
import { databaseErrorIn } from '../../postgres/query-error.js';
import type { StatementFailure } from './failure.js';
import { sourceFrame } from './source-frame.js';
import { indexOfPosition, placeAt } from './source-location.js';

/**
 * Finds the statement of a script that failed, and its location in the file: the position that PostgreSQL reports, else
 * the beginning of the statement.
 *
 * @param at The index of the query that failed.
 * @param completed The number of statements of the query that the server completed.
 */
export function describeQueryFailure(
  script: SqlScript,
  at: number,
  completed: number,
  thrown: unknown,
): StatementFailure {
  const query = script.queries[at];
  if (query === undefined) return {};
  const position = databaseErrorIn(thrown)?.position;
  const index = position === undefined ? undefined : indexOfPosition(query.text, Number(position));
  const statements = statementsOf(query.text);
  const number = index === undefined ? completed : statements.findLastIndex(({ start }) => start <= index);
  const statement = withoutComments(statements[number] ?? { text: query.text, start: 0 });
  const sourceIndex = query.start + sourceIndexOf(query, index ?? statement.start);
  const { file, source } = query.origin ?? script;
  const place = placeAt(source, sourceIndex);
  const before = script.queries.slice(0, at).reduce((sum, { text }) => sum + statementsOf(text).length, 0);
  const total = script.queries.reduce((sum, { text }) => sum + statementsOf(text).length, 0);
  const frame = sourceFrame(source, place);
  const command = index === undefined ? undefined : /^\\\S*/.exec(query.text.slice(index))?.[0];
  return {
    // The frame shows the statement.
    ...((index === undefined || !frame) && { sql: statement.text }),
    place: { file, ...place },
    details: [
      ...(total > 1 ? [{ label: 'statement', text: `${before + number + 1} of ${total}` }] : []),
      ...(index === undefined || !frame ? [] : [frame]),
    ],
    ...(command !== undefined && {
      message: `${command} is a psql command, not SQL`,
      remedy:
        command === '\\copy' ? 'Use INSERT, or remove the line.' : 'Write it as SQL, or remove the line.',
    }),
  };
}

/** The place of a statement is that of its first word. */
function withoutComments({ text, start }: SqlStatement): SqlStatement {
  const bare = withoutLeadingComments(text);
  return bare === '' ? { text, start } : { text: bare, start: start + text.length - bare.length };
}

function statementsOf(sql: string): readonly SqlStatement[] {
  try {
    return splitStatements(sql);
  } catch (error) {
    if (error instanceof MetaCommand) return [{ text: sql, start: 0 }];
    throw error;
  }
}

/** The index in the source, counted from the beginning of the query, of an index in the text that was sent. */
function sourceIndexOf({ edits = [] }: SqlQuery, index: number): number {
  let shift = 0;
  for (const { at, from, to } of edits) {
    if (index < at) break;
    if (index < at + to) return at + shift;
    shift += from - to;
  }
  return index + shift;
}
