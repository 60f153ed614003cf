import type { ErrorDetail, ErrorPlace } from '../../errors.js';
import type { CurrentStep } from '../runner/protocol.js';

/** What the layout knows about the failure of a statement. */
export interface StatementFailure {
  readonly sql?: string;
  /** The error's message without the text that a library added. */
  readonly message?: string;
  readonly place?: ErrorPlace;
  /** Shown before the statement. */
  readonly details?: readonly ErrorDetail[];
  readonly remedy?: string;
  /** How a migration of this tool runs a statement outside of a transaction. */
  readonly transactionRemedy?: string;
}

/** A failure with what the tool offers for a statement that refuses to run in a transaction. */
export const withTransactionRemedy = (
  failure: StatementFailure,
  { transactionRemedy }: { readonly transactionRemedy?: string },
): StatementFailure => ({ ...failure, ...(transactionRemedy !== undefined && { transactionRemedy }) });

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

/** The message of the error for a step that stops without a result. */
export const NEVER_SETTLED = 'it waits for a promise that is never settled';

/** Also accepts an Error of another realm or loader. */
export function isErrorLike(thrown: unknown): thrown is Error {
  return (
    typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string'
  );
}
