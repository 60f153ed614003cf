/**
 * The failures that driftmark expects. Everything else is a bug, and is shown as one.
 *
 * An error says what happened (`message`), where (`place`), what the other side said (`details`) and
 * what to do about it (`remedy`). It never holds a password.
 */
export interface ErrorPlace {
  /** Path of the file: absolute, or as the user typed it. Reporters show it as the user would type it. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** The database object, setting or option that is meant, in words. */
  readonly object?: string;
}

/** A line of further explanation: a label such as `detail`, `hint`, `SQLSTATE`, and its text. */
export interface ErrorDetail {
  readonly label: string;
  readonly text: string;
}

export interface ErrorOptions {
  /** What to do about it: one sentence or command. */
  readonly remedy?: string;
  readonly place?: ErrorPlace;
  readonly details?: readonly ErrorDetail[];
  readonly cause?: unknown;
}

/**
 * Stable names of the failures, for machines and for the troubleshooting page.
 * `incomplete` ends with exit code 3 (part of the schema could not be read), all others with 1.
 */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'no-target'
  | 'no-migrations'
  | 'migrations-invalid'
  | 'migration-failed'
  | 'report-invalid'
  | 'report-missing'
  | 'scratch-unavailable'
  | 'scratch-failed'
  | 'connection-failed'
  | 'server-unsupported'
  | 'server-too-old'
  | 'read-failed'
  | 'git-failed'
  | 'file-failed'
  | 'interrupted'
  | 'incomplete';

/** An expected failure with its place and remedy. */
export class DriftmarkError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly place: ErrorPlace;
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(withoutPasswords(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DriftmarkError';
    this.code = code;
    this.remedy = options.remedy && withoutPasswords(options.remedy);
    this.place = Object.fromEntries(
      Object.entries(options.place ?? {}).map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'string' ? withoutPasswords(value) : value,
      ]),
    );
    this.details = (options.details ?? []).map(({ label, text }) => ({
      label: withoutPasswords(label),
      text: withoutPasswords(text),
    }));
  }

  /** 3 where part of the schema could not be read, else 1. */
  get exitCode(): 1 | 3 {
    return this.code === 'incomplete' ? 3 : 1;
  }
}

/** Runs `read` and adds a place, such as an option or a setting, to a DriftmarkError that has none. */
export function withPlace<T>(object: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DriftmarkError) || Object.keys(error.place).length > 0) throw error;
    const { code, message, remedy, details, cause } = error;
    throw new DriftmarkError(code, message, { place: { object }, details, cause, ...(remedy && { remedy }) });
  }
}

/** The error of work that was stopped by a signal or by the caller. */
export const interrupted = (cause?: unknown): DriftmarkError =>
  new DriftmarkError('interrupted', 'The run was interrupted.', { remedy: 'Run it again.', cause });

/** Up to the last @ of the line: a password that is not percent-encoded may contain any character. */
const IN_URL = /(\b[a-z][a-z0-9+.-]*:\/{1,2}[^\s:@]*):[^\n]*@/gi;
const IN_PARAMETER = /([?&](?:ssl)?password=)[^\s&'"]*/gi;

/** Masks the passwords of all URLs in a text. */
export const withoutPasswords = (text: string): string =>
  text.replace(IN_URL, '$1:***@').replace(IN_PARAMETER, '$1***');
