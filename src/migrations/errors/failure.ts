import path from 'node:path';
import { inspect } from 'node:util';
import { DriftmarkError, type ErrorDetail, type ErrorPlace } from '../../errors.js';
import { displayPath, stackFrames, syntaxErrorLine } from './source-location.js';
import { databaseErrorIn, databaseDetails, type DatabaseError } from '../../postgres/query-error.js';
import { databaseRemedy } from './database-error.js';
import type { CurrentStep } from '../runner/protocol.js';
import { redact } from './redact.js';

/** What the layout knows about the failure of a statement. */
export interface StatementFailure {
  readonly sql?: string;
  /** The error's message without the text that a library added. */
  readonly message?: string;
  readonly place?: ErrorPlace;
  /** Shown before the statement. */
  readonly details?: readonly ErrorDetail[];
  readonly remedy?: string;
}

/**
 * Converts any value that a migration threw to an error that names the migration, the direction and the place, and
 * quotes PostgreSQL. The error does not contain passwords.
 */
export function migrationFailure(
  activity: CurrentStep,
  thrown: unknown,
  known: StatementFailure = {},
  password?: string,
): DriftmarkError {
  if (thrown instanceof DriftmarkError) return thrown;
  const database = databaseErrorIn(thrown);
  // A line and column are more helpful than a position.
  const isNeeded = ({ label }: ErrorDetail) => label !== 'position' || known.place === undefined;
  const [summary = '', ...more] = (known.message ?? messageOf(thrown)).trim().split('\n');
  const details: ErrorDetail[] = [
    ...(more.length > 0 ? [{ label: 'error', text: more.join('\n') }] : []),
    ...(known.details ?? []),
    ...(known.sql ? [{ label: 'SQL', text: shorten(known.sql) }] : []),
    ...(database ? databaseDetails(database).filter(isNeeded) : stackDetail(thrown)),
  ];
  const remedy = known.remedy ?? (database && databaseRemedy(database)) ?? REMEDIES[activity.phase];
  const file = fileOf(activity);
  return new DriftmarkError('migration-failed', redact(`${headline(activity)}: ${summary}`, password), {
    place: { file, ...placeIn(file, thrown), ...known.place },
    details: details.map(({ label, text }) => ({ label, text: redact(text, password) })),
    remedy,
  });
}

/** What to do if nothing better is known. */
const REMEDIES: Readonly<Record<CurrentStep['phase'], string>> = {
  loading: 'Fix the file, or install what it imports.',
  up: 'Fix the migration. It must run on a new database that contains only what earlier migrations created.',
  down: 'Fix the down migration. It must succeed directly after the up migration.',
};

/** The first words of every failure of a migration. */
export function headline({ phase, migration }: CurrentStep): string {
  return phase === 'loading'
    ? `migration ${migration.name} could not be loaded`
    : `migration ${migration.name} failed (${phase})`;
}

/** The file that runs. */
export function fileOf({ phase, migration }: CurrentStep): string {
  return phase === 'down' ? (migration.downFile ?? migration.file) : migration.file;
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0 && !thrown.message) {
    return messageOf(thrown.errors[0]);
  }
  if (!isErrorLike(thrown))
    return `it threw a value that is not an Error: ${inspect(thrown, { depth: 1, breakLength: Infinity })}`;
  const database: DatabaseError | undefined = databaseErrorIn(thrown);
  const name = database || thrown.name === 'Error' || !thrown.name ? '' : `${thrown.name}: `;
  return `${name}${thrown.message || 'an error without a message'}`;
}

/** Also accepts an Error of another realm or loader. */
export function isErrorLike(thrown: unknown): thrown is Error {
  return (
    typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string'
  );
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

/** The place of the error, if it is in the user's code and not in a library. */
function stackDetail(thrown: unknown): ErrorDetail[] {
  const stack = isErrorLike(thrown) && typeof thrown.stack === 'string' ? thrown.stack : '';
  const own = stackFrames(stack).filter(
    ({ file }) => !/[\\/]node_modules[\\/]/.test(file) && !file.startsWith(OWN),
  );
  const lines = own.slice(0, 5).map(({ file, line, column }) => `at ${displayPath(file)}:${line}:${column}`);
  return lines.length > 0 ? [{ label: 'stack', text: lines.join('\n') }] : [];
}

const longest = 1000;

function shorten(sql: string): string {
  const text = sql.trim();
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 200)}\n… ${text.length - longest} characters left out …\n${text.slice(-200)}`;
}
