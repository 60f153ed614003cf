import os from 'node:os';
import path from 'node:path';
import type { Config } from '../config/config.js';
import { DriftmarkError } from '../errors.js';
import { INVOCATIONS } from '../project/invocation.js';
import { findPackageManager } from '../project/package-manager.js';
import { findTargets, type Target } from '../project/targets.js';
import { findBinaries, type FoundBinaries } from '../scratch/embedded/found-binaries.js';
import { withScratchServer, type ScratchOptions } from '../scratch/scratch.js';

/** What a bug report has to say about a machine and a project. It contains no passwords and no connection URLs. */
export interface Info {
  readonly driftmark: string;
  readonly node: string;
  /** `linux x64, glibc 2.36`. */
  readonly system: string;
  /** Undefined if no package.json is found. */
  readonly packageManager?: string;
  readonly postgres: PostgresInfo;
  /** The config file, relative to the working directory. */
  readonly config?: string;
  readonly targets: readonly TargetInfo[];
  /** Why the config or the targets could not be read. */
  readonly problem?: string;
}

interface PostgresInfo {
  /** The scratch server of a run. */
  readonly used?: { readonly version: string; readonly origin: string };
  /** Why it did not start. */
  readonly problem?: string;
  /** All server binaries on this machine. Empty if the project uses a server of its own. */
  readonly found: readonly FoundBinaries[];
}

interface TargetInfo {
  readonly name: string;
  /** `knex`, `sql`; `command` if a command runs the migrations, `none` without migrations. */
  readonly layout: string;
  readonly migrations: string;
  readonly report: string;
}

/** The project to describe. */
export interface InfoContext {
  readonly cwd: string;
  /** The effective configuration, or why it could not be read. */
  readonly config: Config | DriftmarkError;
  readonly version: string;
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Collects what a bug report needs. Starts the scratch server once, to see that it works. */
export async function collectInfo(context: InfoContext): Promise<Info> {
  const { cwd, config, version } = context;
  const isConfig = !(config instanceof DriftmarkError);
  const packageManager = await findPackageManager(cwd);
  const { targets, problem } = isConfig
    ? await targetsIn(config)
    : { targets: [], problem: messageOf(config, cwd) };
  return {
    driftmark: version,
    node: process.versions.node,
    system: describeSystem(),
    ...(packageManager && {
      packageManager: `${packageManager.name} (${INVOCATIONS[packageManager.name]})`,
    }),
    postgres: await describeServer({
      ...(isConfig ? config.engine : { engine: 'embedded' }),
      projectDir: isConfig ? config.root : cwd,
      notice: context.notice,
      signal: context.signal,
    }),
    ...(isConfig && config.file !== undefined && { config: path.relative(cwd, config.file) }),
    targets: targets.map((target) => describeTarget(target, cwd)),
    ...(problem !== undefined && { problem }),
  };
}

function describeSystem(): string {
  const { header } = process.report.getReport() as {
    readonly header: { readonly glibcVersionRuntime?: string };
  };
  const glibc = header.glibcVersionRuntime;
  const libc = process.platform !== 'linux' ? os.release() : glibc === undefined ? 'musl' : `glibc ${glibc}`;
  return `${process.platform} ${process.arch}, ${libc}`;
}

async function targetsIn(
  config: Config,
): Promise<{ readonly targets: readonly Target[]; readonly problem?: string }> {
  try {
    return { targets: await findTargets(config, []) };
  } catch (error) {
    if (!(error instanceof DriftmarkError)) throw error;
    return { targets: [], problem: messageOf(error, config.cwd) };
  }
}

function describeTarget({ name, command, detected, migrations, report }: Target, cwd: string): TargetInfo {
  return {
    name,
    layout: command ? 'command' : (detected?.layout.name ?? 'none'),
    migrations: path.relative(cwd, migrations) || '.',
    report: path.relative(cwd, report),
  };
}

async function describeServer(options: ScratchOptions): Promise<PostgresInfo> {
  try {
    const found = options.engine === 'embedded' ? findBinaries(options) : [];
    return { ...(await tryServer(options)), found };
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code === 'interrupted') throw error;
    return { problem: messageOf(error), found: [] };
  }
}

async function tryServer(options: ScratchOptions): Promise<Omit<PostgresInfo, 'found'>> {
  try {
    return await withScratchServer(options, ({ versionNum, origin }) =>
      Promise.resolve({
        used: { version: `${Math.floor(versionNum / 10_000)}.${versionNum % 10_000}`, origin },
      }),
    );
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code === 'interrupted') throw error;
    return { problem: messageOf(error) };
  }
}

/** The message, with the file that it is about and the first detail. */
function messageOf({ message, place, details }: DriftmarkError, cwd?: string): string {
  const file = place.file === undefined || cwd === undefined ? [] : [path.relative(cwd, place.file)];
  const [detail] = details;
  return [...file, message, ...(detail ? [detail.text] : [])].join(': ');
}
