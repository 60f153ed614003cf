import type { ErrorDetail } from '../errors.js';

/**
 * The fields of an error that PostgreSQL sent.
 * @see https://www.postgresql.org/docs/18/protocol-error-fields.html
 */
export interface DatabaseError {
  readonly message: string;
  /** The SQLSTATE. */
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
  readonly position?: string;
  readonly internalQuery?: string;
}

/**
 * The SQLSTATE, or the system error code (`ECONNREFUSED`), of an error that a query or a connection attempt threw.
 * @returns undefined if the error has no code.
 */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What node-postgres says about a connection that has ended. */
const ENDED =
  /^(Connection (terminated|ended)( unexpectedly)?|Client (was closed|has encountered a connection error) and is not queryable)$/;

/** The end of a connection, as an error of a query on it. Its cause is that of node-postgres. */
export class ConnectionEnded extends Error {
  override readonly name = 'ConnectionEnded';

  constructor(cause: Error) {
    const code = codeOf(cause);
    super(`the server closed the connection${code === undefined ? '' : ` (${code})`}`, { cause });
  }
}

/** Whether a query failed because its connection had ended, as node-postgres or the system says it. */
export const isEndOfConnection = (error: Error): boolean =>
  ENDED.test(error.message) || ['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');

/** Whether the connection was lost: the server closed it, or says that it closes it. */
export const isConnectionLost = (error: unknown): boolean =>
  error instanceof ConnectionEnded || /^(57P0[1-5]|08)/.test(databaseErrorIn(error)?.code ?? '');

/** The message of a thrown value. A host name with several addresses fails with several errors: the first one counts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return ENDED.test(error.message) ? 'the server closed the connection' : error.message;
}

/** The properties under which errors keep the error that caused them; those other than `cause` are Sequelize's and TypeORM's. */
const CAUSES = ['cause', 'original', 'driverError'] as const;

/** A thrown object and those that caused it, outermost first. */
export function* causesOf(thrown: unknown): Generator<object> {
  let candidate = thrown;
  for (let depth = 0; depth < 10 && typeof candidate === 'object' && candidate !== null; depth++) {
    yield candidate;
    const fields: Partial<Record<(typeof CAUSES)[number], unknown>> = candidate;
    candidate = CAUSES.map((name) => fields[name]).find((value) => value !== undefined);
  }
}

/** PostgreSQL's error in a thrown value: the value itself, or the cause of a wrapper around it. */
export function databaseErrorIn(thrown: unknown): DatabaseError | undefined {
  for (const candidate of causesOf(thrown)) if (isDatabaseError(candidate)) return candidate;
  return undefined;
}

/** Decides by shape: the error may come from another copy of node-postgres. */
function isDatabaseError(candidate: object): candidate is DatabaseError {
  return (
    'severity' in candidate &&
    'code' in candidate &&
    typeof candidate.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(candidate.code)
  );
}

/** All fields except the message, in psql's order. */
export function databaseDetails(error: DatabaseError): ErrorDetail[] {
  const fields: [label: string, text: string | undefined][] = [
    ['detail', error.detail],
    ['hint', error.hint],
    ['query', error.internalQuery],
    ['where', error.where],
    ['position', error.position],
    ['SQLSTATE', error.code],
  ];
  return fields.flatMap(([label, text]) => (text ? [{ label, text }] : []));
}
