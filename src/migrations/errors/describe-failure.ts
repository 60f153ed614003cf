import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { DriftmarkError, type ErrorDetail, type ErrorPlace } from '../../errors.js';
import { sourceFrame } from './source-frame.js';
import { displayPath, indexOfPosition, placeAt, stackFrames, syntaxErrorLine } from './source-location.js';
import { databaseErrorIn, databaseDetails, type DatabaseError } from '../../postgres/query-error.js';
import { databaseRemedy } from './database-error.js';
import type { CurrentStep } from '../runner/protocol.js';
import { missingModule, syntaxErrorIn } from '../../util/load-error.js';
import { fileOf, headline, isErrorLike, NEVER_SETTLED, type StatementFailure } from './failure.js';
import { redact } from './redact.js';

/** See `migrationFailure`. */
export function describeFailure(
  activity: CurrentStep,
  thrown: unknown,
  known: StatementFailure = {},
  password?: string,
): DriftmarkError {
  if (thrown instanceof DriftmarkError) return thrown;
  const database = databaseErrorIn(thrown);
  const file = fileOf(activity);
  const syntax = syntaxErrorIn(thrown);
  // A caret, or a line and a column, are more helpful than a position.
  const isNeeded = ({ label }: ErrorDetail) =>
    label !== 'position' || (known.place === undefined && known.sql === undefined);
  const [summary = '', ...lines] = (known.message ?? syntax?.message ?? messageOf(thrown)).trim().split('\n');
  const details: ErrorDetail[] = [
    ...(lines.length > 0 ? [{ label: 'error', text: lines.join('\n') }] : []),
    ...(known.details ?? []),
    ...(known.sql ? [statementDetail(known.sql, database)] : []),
    ...(database ? databaseDetails(database).filter(isNeeded) : stackDetail(thrown, file)),
  ];
  const place = { file, ...(syntax?.place ?? placeIn(file, thrown)), ...known.place };
  const frame = hasFrame(details) ? undefined : frameAt(place);
  const remedy =
    known.remedy ?? (database ? databaseRemedy(database, known) : remedyForThrown(thrown, activity));
  const isOwn = !database && (!isErrorLike(thrown) || isOwnError(thrown));
  return new DriftmarkError('migration-failed', redact(`${headline(activity)}: ${summary}`, password), {
    place,
    details: [...(frame ? [frame] : []), ...details].map((detail) => ({
      ...detail,
      text: redact(detail.text, password),
    })),
    ...(remedy !== undefined ? { remedy } : isOwn ? {} : { remedy: REMEDIES[activity.phase] }),
  });
}

const hasFrame = (details: readonly ErrorDetail[]) => details.some(({ label }) => label === 'source');

/** A statement, with a caret at the position that PostgreSQL names. */
function statementDetail(sql: string, database: DatabaseError | undefined): ErrorDetail {
  if (database?.position === undefined) return { label: 'SQL', text: shorten(sql) };
  const frame = sourceFrame(sql, placeAt(sql, indexOfPosition(sql, Number(database.position))));
  return frame ? { ...frame, label: 'SQL' } : { label: 'SQL', text: shorten(sql) };
}

/** The lines of a migration in JavaScript or TypeScript at which it failed. */
function frameAt({ file, line, column }: ErrorPlace): ErrorDetail | undefined {
  if (file === undefined || line === undefined || file.endsWith('.sql')) return undefined;
  try {
    return sourceFrame(readFileSync(file, 'utf8'), { line, ...(column !== undefined && { column }) });
  } catch {
    return undefined;
  }
}

/** What to do about an error that JavaScript threw, if it says more than that the migration is wrong. */
function remedyForThrown(thrown: unknown, { phase }: CurrentStep): string | undefined {
  if (!isErrorLike(thrown)) return undefined;
  if (thrown.message === NEVER_SETTLED)
    return 'Check that each promise of the migration resolves or rejects, and that each callback is called.';
  const missing = missingModule(thrown.message);
  if (missing !== undefined) return missing.remedy;
  if (thrown.name === 'SyntaxError' || syntaxErrorIn(thrown)) return 'Fix the syntax of the file.';
  return thrown.name === 'TypeError' && phase !== 'down'
    ? `${REMEDIES[phase]} If it needs an environment variable, set the variable: migrations run with the environment of driftmark.`
    : undefined;
}

/** Errors that JavaScript itself throws. */
const BUILT_IN = ['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError', 'URIError', 'EvalError'];

/** Whether the project's own code threw an error on purpose: its message says what to do. */
function isOwnError(thrown: unknown): boolean {
  if (!isErrorLike(thrown) || BUILT_IN.includes(thrown.name) || typeof thrown.stack !== 'string')
    return false;
  const [innermost] = stackFrames(thrown.stack);
  return innermost !== undefined && isOfProject(innermost.file);
}

const isOfProject = (file: string) => !/[\\/]node_modules[\\/]/.test(file) && !file.startsWith(OWN);

/** What to do if nothing better is known. */
const REMEDIES: Readonly<Record<CurrentStep['phase'], string>> = {
  loading: 'Fix the file, or install what it imports.',
  up: 'Fix the migration. It must run on a new database that contains only what earlier migrations created.',
  down: 'Fix the down migration. It must succeed directly after the up migration.',
};

function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0 && !thrown.message) {
    return messageOf(thrown.errors[0]);
  }
  if (!isErrorLike(thrown))
    return `it threw a value that is not an Error: ${inspect(thrown, { depth: 1, breakLength: Infinity })}`;
  const missing = missingModule(thrown.message);
  if (missing !== undefined) return missing.message;
  const database: DatabaseError | undefined = databaseErrorIn(thrown);
  const name = database || thrown.name === 'Error' || !thrown.name ? '' : `${thrown.name}: `;
  return `${name}${thrown.message || 'an error without a message'}`;
}

function placeIn(file: string, thrown: unknown): { line?: number; column?: number } {
  const stack = isErrorLike(thrown) && typeof thrown.stack === 'string' ? thrown.stack : '';
  const frame = stackFrames(stack).find((candidate) => candidate.file === file);
  if (frame) return { line: frame.line, column: frame.column };
  const line = syntaxErrorLine(stack, file);
  return line === undefined ? {} : { line };
}

/** The folder of driftmark's own code: `migrations` among the modules, `dist` in the bundle. */
const OWN = path.dirname(import.meta.dirname);

/** The calls of the project's own code, unless the only one is the place of the error. */
function stackDetail(thrown: unknown, file: string): ErrorDetail[] {
  const stack = isErrorLike(thrown) && typeof thrown.stack === 'string' ? thrown.stack : '';
  const own = stackFrames(stack).filter((frame) => isOfProject(frame.file));
  if (own.length === 0 || (own.length === 1 && own[0]?.file === file)) return [];
  const lines = own.slice(0, 5).map((frame) => `at ${displayPath(frame.file)}:${frame.line}:${frame.column}`);
  return [{ label: 'stack', text: lines.join('\n') }];
}

const longest = 1000;

function shorten(sql: string): string {
  const text = redact(sql.trim());
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 200)}\n… ${text.length - longest} characters left out …\n${text.slice(-200)}`;
}
