import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import type { HistoryTable } from '../history-tables.js';
import type { FolderListing } from '../folder-listing.js';

/**
 * How one migration tool lays out its folder: which files are migrations, in which order, and how their SQL is sent.
 * `README.md` in this folder shows how to add one.
 */
export interface Layout<Name extends string = string> {
  /** The value of the setting `layout`, and the word in results: `prisma`. */
  readonly name: Name;
  /** The tool as people write it: `Prisma`. */
  readonly title: string;
  /** Its row in docs/works-with.md, as Markdown. */
  readonly docs: {
    /** Names or marks of its migrations. */
    readonly files: string;
    readonly remark?: string;
  };
  /** Folders that the tool uses by default, relative to a package, with `/`. Searched if nothing is configured. */
  readonly defaultFolders: readonly string[];
  /** The tool's configuration files, relative to a package, and the folder that each may name, relative to the file. */
  readonly configuredFolders?: readonly ConfiguredFolder[];
  /** Whether a folder is only read in this layout if the setting `layout` says so. */
  readonly isOnlyNamed?: true;
  /** Files that are read if no default folder of any layout has migrations, relative to a package. */
  readonly defaultFiles?: readonly string[];
  /** Whether the migrations are in subfolders, so that none of them is a migrations folder of its own. */
  readonly usesSubfolders?: true;
  /**
   * Lines that only this tool writes into SQL files, for instance `-- +goose Up`. They prove the layout, and files
   * that have
   * them are never run by another layout. Each is tried on every comment line outside of strings and bodies.
   */
  readonly marks?: readonly RegExp[];
  /** What to do about a statement that cannot run in the transaction that the tool opens: one sentence. */
  readonly transactionRemedy?: string;
  /**
   * Whether a folder is laid out for this tool, judged by names and, if needed, by text; no user code runs. `marks`
   * are
   * checked by the caller. Undefined if there is nothing in the folder that the layout could read.
   */
  detect(folder: FolderListing): Evidence | undefined | Promise<Evidence | undefined>;
  /**
   * Reads the migrations. No user code runs, except a configuration file of the tool in a child process.
   *
   * @throws DriftmarkError `migrations-invalid` with file, line and remedy, if the tool would refuse the folder.
   */
  read(folder: FolderListing, context: ReadContext): FolderContents | Promise<FolderContents>;
}

interface ConfiguredFolder {
  readonly file: string;
  readonly folderIn: (text: string) => string | undefined | Promise<string | undefined>;
}

/** Keeps the literal type of the name. */
export const defineLayout = <const Name extends string>(layout: Layout<Name>): Layout<Name> => layout;

/** Why a folder is taken for a tool's. */
export interface Evidence {
  /**
   * - `certain`: only this tool writes such a file (`migration_lock.toml`), or a manifest names the tool.
   * - `likely`: the names of the files fit.
   * - `possible`: the layout can read the files if the user says so; a folder of helpers would also be `possible`.
   */
  readonly strength: 'certain' | 'likely' | 'possible';
  /** Absolute path of the file that shows it. */
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** What was seen there, for messages: `` `-- +goose Up` ``, `files like 1_init.up.sql`. */
  readonly mark: string;
}

/** The context in which a layout reads a folder. */
export interface ReadContext {
  /** The settings of these names. `knexfile` is an absolute path. */
  readonly knexfile?: string;
  readonly knexEnvironment?: string;
  /** Values of Flyway's placeholders and of the environment variables of goose. */
  readonly placeholders?: Readonly<Record<string, string>>;
  /** Receives the output of a configuration file while it is loaded. */
  readonly stderr: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
  /** The longest that a knexfile may take to load, in milliseconds; a minute by default. */
  readonly knexfileTimeout?: number;
}

/** The migrations that a layout read from a folder. */
export interface FolderContents {
  /** Absolute path, if the tool's configuration names another folder. Default: the folder that was read. */
  readonly dir?: string;
  /** In the order in which they run up; empty if the folder has none. */
  readonly migrations: readonly Migration[];
  /**
   * Whether session settings (`SET search_path`) of one migration are undone before the next one runs. `keep` is for
   * tools
   * that run all files on one connection without a reset. Default: `reset`.
   */
  readonly session?: 'reset' | 'keep';
  /** Absolute path of the tool's own configuration that has a say in how the migrations run. */
  readonly toolConfig?: string;
  /** The part of `toolConfig` that counts, if it describes several environments. */
  readonly toolEnvironment?: string;
  /** History tables with names that this project's configuration chose, in addition to `HISTORY_TABLES`. */
  readonly historyTables?: readonly HistoryTable[];
  /** Statements that the tool itself sends when it connects, before the first migration. */
  readonly onConnect?: readonly string[];
  /** Schemas that the tool creates before the first migration, and in which migrations find and create objects. */
  readonly ownSchemas?: readonly string[];
  /** What the user should know although nothing is wrong: sentences for stderr. */
  readonly notices?: readonly string[];
}

export interface Migration {
  /** The name under which the tool records it, unique in its folder. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  /** Whether it can be run down; `unknown` if only running its code would tell. */
  readonly hasDown: boolean | 'unknown';
  /** Absolute path of the file with the down migration, if that is a file of its own. */
  readonly downFile?: string;
  /** The SQL that runs up. Absent for migrations that are code. */
  readonly up?: SqlScript;
  /** The SQL that runs down, if any. */
  readonly down?: SqlScript;
}

/** SQL as the tool sends it to the server. */
export interface SqlScript {
  /** Absolute path of the file. */
  readonly file: string;
  /** The text of the whole file, for places in messages. */
  readonly source: string;
  /** Whether the tool opens a transaction around it. */
  readonly transaction: boolean;
  /** The queries, in order. Each may hold several statements, which then share PostgreSQL's implicit transaction. */
  readonly queries: readonly SqlQuery[];
}

/** SQL that is sent as one simple query. */
export interface SqlQuery {
  readonly text: string;
  /** The UTF-16 index in `source` at which it begins. */
  readonly start: number;
  /** The file that it comes from, and the text of that file, if that is not the file of the script. */
  readonly origin?: { readonly file: string; readonly source: string };
  /** The data for `COPY … FROM STDIN`. */
  readonly copyData?: string;
  /** Replacements that make `source` differ from `text`, in order: needed only for places in messages. */
  readonly edits?: readonly Edit[];
}

/** A part of the source that was replaced before it was sent, such as a placeholder. */
export interface Edit {
  /** The UTF-16 index in `text` of the query. */
  readonly at: number;
  /** The length in the source. */
  readonly from: number;
  /** The length in the query. */
  readonly to: number;
}

/** Runs migrations that are code, in the child process. */
export interface CodeRunner {
  /** Loads what a session will need while the database is still being created. */
  readonly warmUp: (dir: string, projectDir: string) => Promise<void>;
  readonly openSession: (setup: SessionSetup, observer: SessionObserver) => Promise<MigrationSession>;
}

/** A command that runs all migrations: the way for every tool that has no layout. */
export interface MigrationCommand {
  /** Run by the shell, in the package folder. */
  readonly command: string;
  /** The longest that it may take, in seconds. */
  readonly timeout?: number | undefined;
  /** Commands for single migrations. Without them, the command is the only migration. */
  readonly steps?: CommandSteps | undefined;
}

/** Commands of a tool that lists its migrations and runs them one at a time. `{name}` is the name of the migration. */
interface CommandSteps {
  /** Prints the names of the migrations in the order in which they run, one per line. */
  readonly list: string;
  /** Applies the next migration. */
  readonly up: string;
  /** Undoes the last migration. */
  readonly down?: string | undefined;
}

/** The content of a migrations folder: plain data, which is sent to the child process. */
export interface MigrationsFolder {
  /** The name of the layout. */
  readonly layout: string;
  /** Absolute path. */
  readonly dir: string;
  /** In the order in which they run up. Never empty. */
  readonly migrations: readonly Migration[];
  readonly session: 'reset' | 'keep';
  /** Absolute path. */
  readonly toolConfig?: string;
  readonly toolEnvironment?: string;
  readonly historyTables: readonly HistoryTable[];
  readonly onConnect?: readonly string[];
  readonly ownSchemas?: readonly string[];
  readonly notices: readonly string[];
  /** If the migrations are not read from a folder, but run by a command of the user. */
  readonly command?: MigrationCommand;
}

/** The options of a session: plain data, which is sent to the child process. */
export interface SessionSetup {
  readonly folder: MigrationsFolder;
  readonly projectDir: string;
  readonly connection: ConnectionSettings;
  /** Whether the statements are reported to the observer. */
  readonly reportSql: boolean;
  /** Of the layout. */
  readonly transactionRemedy?: string;
}

export interface SessionObserver {
  /** A file is about to be loaded. If the process ends now, the error names this migration. */
  readonly loading: (migration: Migration) => void;
  readonly sql: (sql: string, milliseconds: number) => void;
}

/** A database being migrated, in the child process. Steps never overlap. */
export interface MigrationSession {
  up(migration: Migration): Promise<void>;
  down(migration: Migration): Promise<void>;
  /** Closes all connections; the next step opens new ones. */
  release(): Promise<void>;
}
