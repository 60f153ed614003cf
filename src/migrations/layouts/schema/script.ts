import path from 'node:path';
import { replaceVariables } from '../../../postgres/psql-variables.js';
import {
  MetaCommand,
  splitScript,
  type ScriptPart,
  type ScriptStatement,
} from '../../../postgres/sql-statements.js';
import { displayPath } from '../../errors/source-location.js';
import type { FolderListing } from '../../folder-listing.js';
import type { SqlQuery } from '../layout.js';
import { refusal, type SqlSource } from '../sql-files.js';
import { effectOf, remedyFor } from './commands.js';

/** What is shared by a script and the files that it includes. */
interface Run {
  readonly folder: FolderListing;
  readonly queries: SqlQuery[];
  readonly variables: Map<string, string>;
}

/**
 * The statements of a script for psql and of the files that it includes, one query each, as psql sends them.
 *
 * @param variables those that are set from the beginning
 * @throws DriftmarkError `migrations-invalid` for a command that only psql can run, or a file that does not exist
 */
export async function readScript(
  folder: FolderListing,
  main: SqlSource,
  variables: ReadonlyMap<string, string> = new Map(),
): Promise<readonly SqlQuery[]> {
  const run: Run = { folder, queries: [], variables: new Map(variables) };
  await read(run, main, []);
  return run.queries;
}

/** @param including the files that led here, outermost first */
async function read(run: Run, source: SqlSource, including: readonly SqlSource[]): Promise<void> {
  const isMain = including.length === 0;
  for (const part of partsOf(source)) {
    if (part.type === 'statement') {
      const query = queryOf(part, source, run);
      if (query) run.queries.push(isMain ? query : { ...query, origin: source });
      continue;
    }
    const argument = replaceVariables(part.argument, run.variables).text;
    const effect = effectOf({ ...part, argument });
    if (effect.type === 'quit') return;
    if (effect.type === 'refused') throw refused(source, `\\${part.name}`, part.start, effect.remedy);
    if (effect.type === 'set') {
      if (effect.value === undefined) run.variables.delete(effect.variable);
      else run.variables.set(effect.variable, effect.value);
    }
    if (effect.type === 'include')
      for (const file of await included(run.folder, source, effect, part.start)) {
        if ([...including, source].some((each) => each.file === file.file))
          throw refusal(
            source,
            `${displayPath(source.file)} includes ${displayPath(file.file)}, which includes it.`,
            'Remove one of the two includes.',
            part.start,
          );
        await read(run, file, [...including, source]);
      }
  }
}

function partsOf(source: SqlSource): readonly ScriptPart[] {
  try {
    return splitScript(source.source);
  } catch (error) {
    if (!(error instanceof MetaCommand)) throw error;
    throw refused(source, error.command, error.index, remedyFor(error));
  }
}

const refused = (source: SqlSource, command: string, at: number, remedy: string) =>
  refusal(
    source,
    `${displayPath(source.file)} has the psql command \`${command}\`, which driftmark cannot run.`,
    remedy,
    at,
  );

/**
 * Statements of dumps that a scratch database does not need: the limits, one of which older servers do not know, and the
 * schema `public`, which every database has.
 */
const NOT_SENT =
  /^SET (statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout) = 0$|^CREATE SCHEMA public$/i;
const OF_SERVER = /^(CREATE|DROP|ALTER) DATABASE\b/i;

function queryOf(
  { text: sql, start, copyData }: ScriptStatement,
  source: SqlSource,
  { variables }: Run,
): SqlQuery | undefined {
  const statement = sql.replace(/^(\s*--[^\n]*\n|\s+)+/, '');
  if (NOT_SENT.test(statement)) return undefined;
  if (OF_SERVER.test(statement))
    throw refusal(
      source,
      `${displayPath(source.file)} has a statement about a whole database, but driftmark loads the file into a scratch database.`,
      'Remove it. Make a dump without `--create`.',
      start + sql.length - statement.length,
    );
  const { text, replacements } = replaceVariables(sql, variables);
  return {
    text,
    start,
    ...(replacements.length > 0 && { edits: replacements }),
    ...(copyData !== undefined && { copyData }),
  };
}

/**
 * The file of an include, or the files of a folder in the order of their names. psql looks for `\i` in the working directory,
 * which is the package folder for most projects, and for `\ir` beside the including file.
 */
async function included(
  folder: FolderListing,
  source: SqlSource,
  { path: name, isRelative }: { readonly path: string; readonly isRelative: boolean },
  at: number,
): Promise<readonly SqlSource[]> {
  const beside = path.resolve(path.dirname(source.file), name);
  const places = isRelative ? [beside] : [path.resolve(folder.projectDir, name), beside];
  for (const file of places) {
    const text = await folder.text(file);
    if (text !== undefined) return [{ file, source: text }];
    const listing = await folder.folder(file);
    const files = listing.files.filter((each) => each.endsWith('.sql'));
    const sources = files.map(async (each) => ({
      file: path.join(file, each),
      source: (await listing.text(each)) ?? '',
    }));
    if (files.length > 0) return Promise.all(sources);
  }
  throw refusal(
    source,
    `${displayPath(source.file)} includes ${name}, which does not exist.`,
    `Add ${places.map((file) => displayPath(file)).join(' or ')}, or remove the line.`,
    at,
  );
}
