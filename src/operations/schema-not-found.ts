import { DriftmarkError, type ErrorCode } from '../errors.js';
import { didYouMean } from '../util/did-you-mean.js';

const MAX_LISTED = 10;

interface Missing {
  readonly code: ErrorCode;
  /** The sentence without its end: `The database has no schema that matches`. */
  readonly message: string;
  /** The names or globs that match nothing. */
  readonly wanted: readonly string[];
  /** The schemas that exist. */
  readonly existing: readonly string[];
  /** What the user corrects. */
  readonly setting?: string;
}

/** No schema matches. The remedy names the schemas that exist, because most mistakes are typos. */
export function schemaNotFound({
  code,
  message,
  wanted,
  existing,
  setting = '`--schema`',
}: Missing): DriftmarkError {
  return new DriftmarkError(code, `${message} ${wanted.join(', ')}.`, {
    remedy: `Correct ${setting}. ${existingText(existing)}${hint(wanted, existing)}`,
  });
}

function existingText(existing: readonly string[]): string {
  if (existing.length === 0) return 'No schemas exist there';
  const left = existing.length - MAX_LISTED;
  const names = `${existing.slice(0, MAX_LISTED).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return `Existing ${existing.length === 1 ? 'schema' : 'schemas'}: ${names}`;
}

/** A glob has no nearest name. */
const hint = ([name, ...others]: readonly string[], existing: readonly string[]): string =>
  `${others.length > 0 || name === undefined || /[*?[{(!]/.test(name) ? '' : didYouMean(name, existing)}.`;
