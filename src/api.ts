import path from 'node:path';
import { resolveConfig, type Config } from './config/config.js';
import type { UserConfig } from './config/user-config.js';
import { interrupted } from './errors.js';
import { introspect as readSchema } from './introspect/introspect.js';
import type { Connection } from './introspect/statements.js';
import { HISTORY_TABLE_PATTERNS } from './migrations/history-patterns.js';
import { checkLive as checkDatabases } from './operations/check-live/check-live.js';
import { configuredDatabases, databasesAt } from './operations/check-live/databases.js';
import { check as checkTarget } from './operations/check.js';
import { runTargets, scratchServerOf, type RunEvents, type TargetJob } from './operations/run-targets.js';
import { selectTargets } from './operations/select-targets.js';
import { update as updateTarget } from './operations/update.js';
import { exitCodeOf, worstExitCode, type ExitCode, type Outcome } from './outcome.js';
import type { Target } from './project/targets.js';
import type { Schema } from './schema/model.js';
import { schemaMatcher } from './schema/schema-matcher.js';
import { omitUndefined } from './util/omit-undefined.js';

/** Settings that override those of the config, as the options of the command line do. */
type Overrides = Pick<UserConfig, 'schemas' | 'reportFormat' | 'down' | 'jobs' | 'engine' | 'scratchUrl'>;

/** The options of `check`, `checkLive` and `update`. Every default is that of the command. */
export interface RunOptions extends Overrides {
  /** The working directory. Default: that of the process. */
  readonly cwd?: string;
  /** Package folders, migrations folders, or files in them. Default: those of the config, or the package in `cwd`. */
  readonly targets?: readonly string[];
  /** The path of a config file, or a config. Default: the nearest file from `cwd` upwards. */
  readonly config?: string | UserConfig;
  /** A git revision: only targets whose migrations, report or config changed since it. Default: all. */
  readonly changedSince?: string;
  /** The environment variables for settings and for `${NAME}` in a config. Default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Stops the work: the scratch server ends, and the promise rejects with code `interrupted`. */
  readonly signal?: AbortSignal;
  /** Receives notices, one sentence each. */
  readonly onNotice?: (text: string) => void;
  /** Receives what migrations print to stdout and stderr. */
  readonly onOutput?: (text: string) => void;
}

/** The options of `check`. */
export interface CheckOptions extends RunOptions, Pick<UserConfig, 'failOn' | 'ignoreClasses'> {}

/** The options of `checkLive`. */
export interface CheckLiveOptions extends CheckOptions {
  /**
   * Connection URLs of the databases; then there must be one target. Default: the setting `url` of each target,
   * DRIFTMARK_URL or the `PG*` variables.
   */
  readonly urls?: readonly string[];
  /** Whether a database may lack the newest migrations. Default: the setting, or false. */
  readonly allowPending?: boolean;
  /** How often a busy database is read again. Default: 5. */
  readonly retries?: number;
  /** Seconds to connect to a host of a database. Default: the `connect_timeout` of the URL, or 10. */
  readonly connectTimeout?: number;
}

/** The results of all targets. */
export interface RunResult {
  /** What the command would exit with: the worst of all targets. docs/exit-codes.md. */
  readonly exitCode: ExitCode;
  /** One for each target, or for each database or tenant schema, in their order. Empty if nothing changed since `changedSince`. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Compares migrations with committed reports on a scratch server. Writes and prints nothing, and leaves nothing behind.
 * @throws {DriftmarkError} if no target can be checked: code `config`, `no-target`, `scratch-unavailable`, `interrupted`.
 * A failure of one target is its outcome.
 * @example
 * const { exitCode, outcomes } = await check({ cwd: 'packages/orders' });
 */
export async function check(options: CheckOptions = {}): Promise<RunResult> {
  const { failOn, ignoreClasses } = options;
  const policy = omitUndefined({ failOn, ignore: ignoreClasses });
  return run(options, (target, environment, cwd) => checkTarget(target, environment, cwd, policy));
}

/**
 * Writes the report of each target whose report is not up to date. Prints nothing, and leaves nothing else behind.
 * @throws {DriftmarkError} as `check`
 * @example
 * await update({ targets: ['packages/orders'] });
 */
export async function update(options: RunOptions = {}): Promise<RunResult> {
  return run(options, updateTarget);
}

/**
 * Compares live databases with the committed reports of their targets. Reads only. A scratch server is started only if
 * a difference needs an explanation.
 * @throws {DriftmarkError} as `check`, and code `usage` if no database is configured. A database that cannot be read is
 * an outcome.
 * @example
 * const { outcomes } = await checkLive({ urls: ['postgres://reader@replica.example.com/shop'] });
 */
export async function checkLive({ schemas, ...options }: CheckLiveOptions = {}): Promise<RunResult> {
  const { failOn, ignoreClasses, urls, connectTimeout, allowPending, retries, signal } = options;
  const { config, targets, events, env } = await prepare(options);
  if (targets.length === 0) return { exitCode: 0, outcomes: [] };
  const databases = urls
    ? [
        databasesAt(
          urls.map((url, at) => ({ url, place: `urls[${at}]` })),
          targets,
          env,
          connectTimeout,
        ),
      ]
    : configuredDatabases(targets, env, connectTimeout);
  const { outcomes } = await checkDatabases({
    config,
    databases,
    schemas,
    policy: omitUndefined({ failOn, ignore: ignoreClasses }),
    allowPending,
    retries,
    withScratchServer: scratchServerOf(config, events),
    notice: events.notice,
    signal,
  });
  return { exitCode: worstExitCode(outcomes.map(exitCodeOf)), outcomes };
}

async function run(options: RunOptions, job: TargetJob): Promise<RunResult> {
  const { config, targets, events } = await prepare(options);
  const withScratchServer = scratchServerOf(config, events);
  const outcomes = await runTargets({ config, targets, withScratchServer, job: () => Promise.resolve(job) });
  return { exitCode: worstExitCode(outcomes.map(exitCodeOf)), outcomes };
}

interface Prepared {
  readonly config: Config;
  readonly targets: readonly Target[];
  readonly events: RunEvents;
  readonly env: NodeJS.ProcessEnv;
}

async function prepare(options: RunOptions): Promise<Prepared> {
  const { schemas: schema, reportFormat, down, jobs, engine, scratchUrl, changedSince, signal } = options;
  const { onNotice: notice = () => undefined, onOutput = () => undefined } = options;
  const flags = omitUndefined({
    config: options.config,
    schema,
    reportFormat,
    down,
    jobs,
    engine,
    scratchUrl,
  });
  throwIfInterrupted(signal);
  const env = { ...(options.env ?? process.env) };
  const config = await resolveConfig(flags, env, path.resolve(options.cwd ?? '.'), notice);
  const targets = await selectTargets(config, options.targets ?? [], changedSince);
  throwIfInterrupted(signal);
  const events: RunEvents = {
    notice,
    output: (chunk) => {
      onOutput(chunk.toString());
    },
    ...(signal && { signal }),
  };
  return { config, targets, events, env };
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted(signal.reason);
}

/** The options of `introspect`. */
export interface IntrospectOptions {
  /** The schemas to read, as names or globs. Default: all except those of PostgreSQL and of extensions. */
  readonly schemas?: readonly string[];
  /** Whether the versions of extensions are read. Default: false. */
  readonly extensionVersions?: boolean;
}

/**
 * Reads the schema of a database in one read-only transaction, on a node-postgres connection outside of a transaction.
 * The history tables of migration tools are left out.
 * @example
 * const client = new pg.Client('postgres://localhost/shop');
 * await client.connect();
 * const schema = await introspect(client, { schemas: ['public'] });
 */
export function introspect(
  connection: Connection,
  { schemas, extensionVersions = false }: IntrospectOptions = {},
): Promise<Schema> {
  const covers = schemaMatcher(schemas) ?? (() => true);
  return readSchema(connection, { covers, historyTables: HISTORY_TABLE_PATTERNS, extensionVersions });
}
