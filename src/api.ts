import path from 'node:path';
import { BOOKKEEPING, schemaMatcher } from './replay/read-schema.js';
import { changedSince as filterChanged } from './project/changed-since.js';
import { check as checkTarget } from './operations/check.js';
import { resolveConfig } from './config/config.js';
import { omitUndefined } from './util/omit-undefined.js';
import type { UserConfig } from './config/user-config.js';
import { eachTarget, type TargetJob } from './operations/run-targets.js';
import { interrupted } from './errors.js';
import { introspect as readSchema } from './introspect/introspect.js';
import type { Connection } from './introspect/statements.js';
import { exitCodeOf, worstExitCode, type ExitCode, type Outcome } from './outcome.js';
import type { Schema } from './schema/model.js';
import { withStartingServer } from './scratch/scratch.js';
import { findTargets } from './project/targets.js';
import { update as updateTarget } from './operations/update.js';

/** Settings that are stronger than those of the config, as flags are on the command line. */
type Overrides = Pick<UserConfig, 'schemas' | 'format' | 'down' | 'jobs' | 'engine' | 'scratchUrl'>;

/** What `check` and `update` are told. Everything has the default of the command. */
export interface RunOptions extends Overrides {
  /** The working directory. Default: the process's own. */
  readonly cwd?: string;
  /** Package folders, or files of theirs. Default: those of the config, or the package in `cwd`. */
  readonly targets?: readonly string[];
  /** A config file, or a config itself. Default: the nearest file from `cwd` upwards. */
  readonly config?: string | UserConfig;
  /** Only targets whose migrations, report or config changed since a git revision. */
  readonly changedSince?: string;
  /** Where settings and `${NAME}` in a config are looked up. Default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Breaks off the work: the scratch server is stopped, and the promise rejects with `interrupted`. */
  readonly signal?: AbortSignal;
  /** Takes notices: a sentence each. */
  readonly onNotice?: (text: string) => void;
  /** Takes what migrations print, on either of their streams. */
  readonly onOutput?: (text: string) => void;
}

/** What `check` is told. */
export interface CheckOptions extends RunOptions, Pick<UserConfig, 'failOn' | 'ignoreClasses'> {}

/** How the targets fared. */
export interface RunResult {
  /** What the command would end with: of several targets, the worst. docs/exit-codes.md. */
  readonly exitCode: ExitCode;
  /** One for each target, in their order. Empty where `changedSince` found nothing. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Compares migrations with committed reports, on a scratch server of its own or on the one that is named. Writes
 * nothing, prints nothing and leaves nothing behind.
 * @throws {DriftmarkError} what keeps every target from being checked, such as `config`, `no-target`,
 * `scratch-unavailable` and `interrupted`. What is wrong with one target is its outcome.
 */
export async function check(options: CheckOptions = {}): Promise<RunResult> {
  const { failOn, ignoreClasses } = options;
  const policy = omitUndefined({ failOn, ignore: ignoreClasses });
  return run(options, (target, environment, cwd) => checkTarget(target, environment, cwd, policy));
}

/**
 * Writes the reports of migrations, each where its bytes differ. Prints nothing and leaves nothing else behind.
 * @throws {DriftmarkError} as `check`
 */
export async function update(options: RunOptions = {}): Promise<RunResult> {
  return run(options, updateTarget);
}

async function run(options: RunOptions, job: TargetJob): Promise<RunResult> {
  const cwd = path.resolve(options.cwd ?? '.');
  const { config: given, schemas, format, down, jobs, engine, scratchUrl, changedSince, signal } = options;
  const flags = omitUndefined({
    config: given,
    schema: schemas,
    reportFormat: format,
    down,
    jobs,
    engine,
    scratchUrl,
  });
  const { onNotice: notice = () => undefined, onOutput = () => undefined } = options;
  assertGoing(signal);
  const config = await resolveConfig(flags, { ...(options.env ?? process.env) }, cwd);
  const all = await findTargets(config, options.targets ?? []);
  const targets = changedSince === undefined ? all : await filterChanged(changedSince, all, config);
  assertGoing(signal);
  if (targets.length === 0) return { exitCode: 0, outcomes: [] };
  const scratch = { ...config.engine, projectDir: config.root, notice, ...(signal && { signal }) };
  const outcomes = await withStartingServer(scratch, (server) =>
    eachTarget({
      targets,
      cwd,
      jobs: config.jobs,
      job,
      environment: {
        server,
        notice,
        output: (chunk) => {
          onOutput(chunk.toString());
        },
        ...(signal && { signal }),
      },
    }),
  );
  return { exitCode: worstExitCode(outcomes.map(exitCodeOf)), outcomes };
}

function assertGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted(signal.reason);
}

/** What `introspect` is told. */
export interface IntrospectOptions {
  /** The schemas to read, as names or globs. Default: all that are not PostgreSQL's or an extension's own. */
  readonly schemas?: readonly string[];
  /** Whether extensions are read with their versions. Default: false. */
  readonly extensionVersions?: boolean;
}

/**
 * Reads the schema of a database in one read-only transaction, on a connection of node-postgres that is in none.
 * The tables in which migration tools keep their books are left out.
 */
export function introspect(
  connection: Connection,
  { schemas, extensionVersions = false }: IntrospectOptions = {},
): Promise<Schema> {
  const covers = schemaMatcher(schemas) ?? (() => true);
  return readSchema(connection, { covers, bookkeeping: BOOKKEEPING, extensionVersions });
}
