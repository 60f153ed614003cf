import type { DriftmarkError, ErrorCode, ErrorDetail, ErrorPlace } from '../../errors.js';
import type { Migration, SessionSetup } from '../layouts/layout.js';

export type Direction = 'up' | 'down';

/** The current activity of the child process, so that a crash can be attributed to a migration. */
export interface CurrentStep {
  readonly phase: 'loading' | Direction;
  readonly migration: Migration;
}

/** The requests to the child process: one at a time, each answered by `done` or `failed`. */
export type Request =
  | { readonly type: 'open'; readonly setup: SessionSetup }
  | StepsRequest
  | {
      readonly type: 'read-knexfile';
      readonly file: string;
      readonly projectDir: string;
      readonly environment?: string;
    };

/** Migrations to run, in order. */
export interface StepsRequest {
  readonly type: Direction;
  readonly migrations: readonly Migration[];
  /** No other steps follow, and the database is copied: the tool has to let go of it, for example of its lock. */
  readonly isLast?: true;
}

/**
 * Lets the child load the library that a folder's migrations need, but no other code of the user. It is not answered.
 */
export interface WarmUp {
  readonly type: 'warm-up';
  /** The name of a layout whose migrations are code. */
  readonly layout: string;
  /** Absolute path of their folder. */
  readonly dir: string;
  /** Absolute path of the package that they belong to. */
  readonly projectDir: string;
}

/** The messages of the child process. */
export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly result?: unknown }
  /** `usable`: whether the process can go on to the next step. Without a request: a late failure. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly usable: boolean }
  | { readonly type: 'activity'; readonly activity: CurrentStep }
  | { readonly type: 'step-done'; readonly migration: Migration }
  | { readonly type: 'sql'; readonly sql: string; readonly milliseconds: number };

/** A DriftmarkError as plain data. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string;
  readonly place: ErrorPlace;
  readonly details: readonly ErrorDetail[];
}

export function toFailure(error: DriftmarkError): Failure {
  const { code, message, remedy, place, details } = error;
  return { code, message, place, details, ...(remedy !== undefined && { remedy }) };
}
