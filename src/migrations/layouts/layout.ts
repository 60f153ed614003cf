import type { ConnectionSettings } from '../../postgres/connection-settings.js';

/** The kinds of migrations folders that driftmark can run. Adding one: see `layouts.ts`. */
export type LayoutName = 'knex' | 'sql';

export interface Migration {
  /** The name under which the tool records it, unique in its folder: a file name. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  /** Whether it can be run down; `unknown` where only running its code would tell. */
  readonly hasDown: boolean | 'unknown';
  /** Absolute path of the file with the way down, where that is a file of its own. */
  readonly downFile?: string;
}

/** What a migrations folder holds: plain data, which is sent to the child process as it is. */
export interface MigrationsFolder {
  readonly layout: LayoutName;
  /** Absolute path. */
  readonly dir: string;
  /** In the order in which they run up. Never empty. */
  readonly migrations: readonly Migration[];
  /** Absolute path of the configuration of the migration tool that has a say in how they run. */
  readonly toolConfig?: string;
  /** What the user should know, though nothing is wrong: sentences for stderr. */
  readonly notices: readonly string[];
}

/** What a layout may need to read a folder. */
export interface FindContext {
  /** Absolute path of the package that the migrations belong to. */
  readonly projectDir: string;
  /** Takes what a configuration file of the user prints while it is loaded. */
  readonly stderr: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
  /** The longest that a knexfile may take to load, in milliseconds; a minute by default. */
  readonly knexfileTimeout?: number;
}

/** What one layout can say of a folder without running any of its code. */
export interface Layout {
  readonly name: LayoutName;
  /**
   * Whether the folder holds migrations of this layout, judging by names and, at most, a look into the
   * text of a file. `files` are the names in the folder.
   */
  looksLikeMigrations(dir: string, files: readonly string[]): Promise<boolean>;
  /**
   * The migrations in the order in which they run up; empty where the folder has none.
   *
   * @throws DriftmarkError `migrations-invalid`
   */
  find(dir: string, files: readonly string[], context: FindContext): Promise<MigrationsFolder>;
  /** Loads, in the child process, what a session will need, while the database is still being made. */
  readonly warmUp: (dir: string, projectDir: string) => Promise<void>;
  /** The half that runs migrations, loaded in the child process only. */
  readonly openSession: (setup: SessionSetup, observer: SessionObserver) => Promise<MigrationSession>;
}

/** What a session is opened with: plain data, sent to the child process. */
export interface SessionSetup {
  readonly folder: MigrationsFolder;
  readonly projectDir: string;
  readonly connection: ConnectionSettings;
  /** Whether somebody wants to be told of each SQL statement. */
  readonly reportSql: boolean;
}

export interface SessionObserver {
  /** A file is about to be loaded: if all ends now, this is the one to name. */
  readonly loading: (migration: Migration) => void;
  readonly sql: (sql: string, milliseconds: number) => void;
}

/**
 * A database being migrated, in the child process. Steps never overlap. What a tool does before a migration it may do
 * at once; the migration's own code runs when `mayBegin` is called and has resolved.
 */
export interface MigrationSession {
  up(migration: Migration, mayBegin: () => Promise<void>): Promise<void>;
  down(migration: Migration, mayBegin: () => Promise<void>): Promise<void>;
  /** Closes all connections; the next step opens new ones. */
  release(): Promise<void>;
}
