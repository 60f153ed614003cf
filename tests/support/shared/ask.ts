import { inject } from 'vitest';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import type { AnyMajor, PostgresMajor } from '../postgres-versions.js';

/** What a test file can ask for, by the path of the request. */
export interface SharedThings {
  /** A running server, by the connection to its database `postgres`. */
  readonly server: { readonly connection: ConnectionSettings; readonly versionNum: number };
  /** A database that `base.sql` of a folder made, on the same server. Copy it; do not connect to it. */
  readonly base: { readonly connection: ConnectionSettings };
  /** Binaries that the servers' account can run, and a data directory to copy. */
  readonly cluster: { readonly bin: string; readonly data: string };
}

/** Why something is not there. */
export interface Unavailable {
  readonly unavailable: string;
}

/** Asks the process that runs all test files, which makes it at the first request. */
export async function ask<Name extends keyof SharedThings>(
  name: Name,
  major: Name extends 'cluster' ? AnyMajor : PostgresMajor,
  parameter = '',
): Promise<(SharedThings[Name] & { readonly unavailable?: undefined }) | Unavailable> {
  const response = await fetch(`${inject('shared')}/${name}/${major}/${encodeURIComponent(parameter)}`);
  const answer = (await response.json()) as SharedThings[Name] | Unavailable | { readonly error: string };
  if ('error' in answer) throw new Error(`${name} ${major} ${parameter} could not be made: ${answer.error}`);
  return answer;
}
