/** Where an error happened. */
export interface ErrorPlace {
  /** Path of the file: absolute, or as the user typed it. Reporters print it relative to the working directory. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Description of the database object, setting or option. */
  readonly object?: string;
}

/** A further line of an error: a label such as `detail`, `hint` or `SQLSTATE`, and its text. */
export interface ErrorDetail {
  readonly label: string;
  readonly text: string;
  /** True for lines of source code: reporters do not wrap them, and print them without the label. */
  readonly isVerbatim?: true;
  /** True for a statement that readers copy: it stands alone on its lines, without the label. */
  readonly isStatement?: true;
}

export interface ErrorOptions {
  /** How to fix the error: one sentence or command. */
  readonly remedy?: string;
  readonly place?: ErrorPlace;
  readonly details?: readonly ErrorDetail[];
  readonly cause?: unknown;
}

/**
 * The stable names of failures, for programs and for docs/troubleshooting.md.
 * The exit code is 3 for `incomplete` (a part of the schema could not be read), and 1 for all others.
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

/**
 * An expected failure: what failed (`message`), where (`place`), what the server or another program reported
 * (`details`), and how to fix it (`remedy`). It never contains a password. Any other error is a bug, and is printed as
 * a bug.
 */
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
    this.details = (options.details ?? []).map(({ label, text, ...others }) => ({
      ...others,
      label: withoutPasswords(label),
      text: withoutPasswords(text),
    }));
  }

  /** 3 if a part of the schema could not be read, else 1. */
  get exitCode(): 1 | 3 {
    return this.code === 'incomplete' ? 3 : 1;
  }
}

/** Runs `read`. If it throws a DriftmarkError without a place, adds `object`: an option or a setting. */
export function withPlace<T>(object: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DriftmarkError) || Object.keys(error.place).length > 0) throw error;
    throw copyError(error, { place: { object } });
  }
}

/** A copy of an error with some of its parts replaced. */
export function copyError(
  { code, message, remedy, place, details, cause }: DriftmarkError,
  changes: ErrorOptions & { readonly message?: string },
): DriftmarkError {
  const { message: changed = message, ...others } = changes;
  const options = { place, details, cause, ...(remedy !== undefined && { remedy }), ...others };
  return new DriftmarkError(code, changed, options);
}

/** The error of a run that was stopped by a signal or by the caller. */
export const interrupted = (cause?: unknown): DriftmarkError =>
  new DriftmarkError('interrupted', 'The run was interrupted.', { remedy: 'Run it again.', cause });

/** Matches up to the last @ of the line, because a password that is not percent-encoded may contain any character. */
const IN_URL = /(\b[a-z][a-z0-9+.-]*:\/{1,2}[^\s:@]*:)([^\n]*)(?=@)/gi;

/** The end of a name whose value is a password. */
const PASSWORD = String.raw`(?:passw(?:or)?d|passphrase|pwd)\w*`;

/** The end of the name of another secret, such as an option of a foreign server. */
const SECRET = String.raw`(?:secret|token|credential|(?:api|access|private)_?key)\w*`;

const SECRET_NAME = new RegExp(`pass|${PASSWORD}|${SECRET}`, 'i');

/** Whether a name says that its value is a secret: `password`, `sslpassphrase`, `api_key`. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** A literal. One inside of another literal has doubled quotes. */
const LITERAL = String.raw`''[^'\n]+''|e?'(?:[^'\\]|''|\\.)*'|\$[a-z_]*\$[^]*?\$[a-z_]*\$`;

/** `password = 'x'`, `"password": "x"`, `set_config('app.password', 'x')`, `SET app.password TO 'x'` */
const AFTER_SEPARATOR = new RegExp(
  String.raw`((?:${PASSWORD}|${SECRET})(?:["']?\s*(?:=>|:=|=|:|\bto\b)\s*|["']\s*,\s*))(${LITERAL}|"(?:[^"\\\n]|\\.)+")`,
  'gi',
);

/** `PASSWORD 'x'`, `OPTIONS (token 'x')`. A message such as "unexpected token 'x'" is not one of them. */
const AFTER_SPACE = new RegExp(
  String.raw`(${PASSWORD}(?:"\s*|\s+)|(?:[(,]|\b(?:add|set)\b)\s*"?\w*${SECRET}(?:"\s*|\s+))(${LITERAL})`,
  'gi',
);

/** `password=x` in a connection string or in the parameters of a URL. */
const IN_PARAMETER = new RegExp(String.raw`((?:${PASSWORD}|${SECRET})\s*=(?!=)\s*)([^\s&'",;)]+)`, 'gi');

const SECRETS = [IN_URL, AFTER_SEPARATOR, AFTER_SPACE, IN_PARAMETER];

/**
 * Masks the passwords in a string: of URLs and connection strings, of SQL and JSON.
 * @param mask The replacement of a password with its quotes. Default: three asterisks.
 */
export const withoutPasswords = (text: string, mask = threeAsterisks): string =>
  SECRETS.reduce(
    (clean, pattern) => clean.replace(pattern, (_, before: string, value: string) => before + mask(value)),
    text,
  );

/** What is masked in place keeps its length, because a caret below the line points at a column. */
const MASKED = /^(?:e?'\*+'|"\*+"|\$[a-z_]*\$\*+\$[a-z_]*\$|\*+)$/i;

function threeAsterisks(value: string): string {
  if (MASKED.test(value)) return value;
  if (/^(?:e?'|\$[a-z_]*\$)/i.test(value)) return `'***'`;
  return value.startsWith('"') ? '"***"' : '***';
}

/** Masks passwords with as many characters as they have, so that everything else stays at its place. */
export const maskedInPlace = (text: string): string =>
  withoutPasswords(text, (value) => value.replace(/[^\r\n'"]/gu, '*'));
