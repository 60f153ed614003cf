import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BuildEnvironment } from '../replay/environment.js';
import type { WithScratchServer } from '../scratch/types.js';
import { liveHistoryPatterns, schemaMatcher } from '../replay/read-schema.js';
import { parseCommitted, readCommitted, type Committed } from '../project/committed-report.js';
import { hasMigrationCommand, type Config } from '../config/config.js';
import { detectMigrations } from '../migrations/migrations.js';
import { DriftmarkError } from '../errors.js';
import { textAtRevision } from '../project/git.js';
import { labelOf, parseAddress, type Address } from '../live/connection/address.js';
import { readWithRetries } from '../live/retry.js';
import { makeReport } from './make-report.js';
import type { Report, ReportFormat } from '../report/report.js';
import type { Schema } from '../schema/model.js';
import { exists } from '../util/fs.js';
import { selectNamespaces } from '../schema/select-namespaces.js';
import { commandTargetAt, findTargets, packageName, type Target } from '../project/targets.js';

/** What reading a source may need. */
export interface SourceContext {
  readonly config: Config;
  /** What a database's URL leaves open comes from here. */
  readonly env: NodeJS.ProcessEnv;
  readonly withScratchServer: WithScratchServer<BuildEnvironment>;
  /** Takes notices, for stderr. */
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Where a schema is, and how it is called on the screen: as the user typed it, without any password. */
export type Source = { readonly label: string } & (
  | { readonly type: 'migrations'; readonly folder: string }
  | { readonly type: 'report'; readonly file: string }
  | { readonly type: 'revision'; readonly revision: string; readonly file: string }
  | { readonly type: 'database'; readonly address: Address }
);

/** What is asked of a source that could be read in more than one way. A report is what it is. */
export interface ReadOptions {
  readonly format?: ReportFormat;
  /** Whether a schema of a database is to be covered, where the settings do not say. */
  readonly covers?: (namespace: string) => boolean;
  readonly extensionVersions?: boolean;
  /** The schema whose objects expressions of a database name without qualification. */
  readonly home?: string;
  /** Whether the down migrations are tried. */
  readonly down?: boolean;
}

/** A schema from a source, as a report of it. */
export interface ReadSource {
  readonly report: Report;
  /** Schemas of the database that nobody asked for. */
  readonly others: readonly string[];
}

/**
 * Says what a source is.
 * @throws {DriftmarkError} `usage` where it is none.
 */
export async function findSource(
  source: string,
  { config: { cwd }, env }: Pick<SourceContext, 'config' | 'env'>,
): Promise<Source> {
  if (/^postgres(ql)?:\/\//.test(source)) {
    const address = parseAddress(source, env);
    return { type: 'database', address, label: labelOf(address) };
  }
  const [, revision, file] = /^git:([^:]+):(.+)$/.exec(source) ?? [];
  if (revision !== undefined && file !== undefined)
    return { type: 'revision', revision, file, label: source };
  const place = path.resolve(cwd, source);
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) {
    throw new DriftmarkError('usage', `There is no ${source}.`, {
      remedy:
        'A source is a migrations folder, a report, postgres://… for a database, or git:<revision>:<report>.',
    });
  }
  return found.isDirectory()
    ? { type: 'migrations', folder: place, label: source }
    : { type: 'report', file: place, label: source };
}

/**
 * Reads a schema from wherever it is.
 * @throws {DriftmarkError} `report-invalid`, `git-failed`, `connection-failed`, and what building throws.
 */
export async function readSource(
  source: Source,
  wish: ReadOptions,
  context: SourceContext,
): Promise<ReadSource> {
  const { config } = context;
  switch (source.type) {
    case 'migrations':
      return { report: await fromMigrations(source.folder, wish, context), others: [] };
    case 'report':
      return fromReport(await readCommitted(source.file), source.label, config);
    case 'revision': {
      const text = await textAtRevision(source.revision, source.file, config.cwd);
      return fromReport(parseCommitted(text), source.label, config);
    }
    case 'database':
      return fromDatabase(source.address, wish, context);
  }
}

function fromReport(committed: Committed, label: string, { overrides }: Config): ReadSource {
  if (committed.type === 'report') {
    const { report } = committed;
    const covers = schemaMatcher(overrides.schemas);
    return {
      report: covers ? { ...report, schema: selectNamespaces(report.schema, covers) } : report,
      others: [],
    };
  }
  throw new DriftmarkError(
    'report-invalid',
    committed.type === 'none' ? 'There is no such report.' : committed.problem.message,
    {
      place: { file: label, ...(committed.type === 'unreadable' && { line: committed.problem.line }) },
      remedy: 'Make it again with `npx driftmark update`.',
    },
  );
}

/** How often a database that is busy is asked again. */
const RETRIES = 3;

async function fromDatabase(
  address: Address,
  { covers, home, ...wish }: ReadOptions,
  { config, notice, signal }: SourceContext,
): Promise<ReadSource> {
  const settings = { ...config.defaults, ...config.overrides };
  const format = wish.format ?? settings.reportFormat ?? 'full';
  const isMeant =
    format === 'backstage'
      ? (namespace: string) => namespace === 'public'
      : (schemaMatcher(settings.schemas) ?? covers ?? (() => true));
  const reportOf = (schema: Schema): Report => ({
    format,
    name: address.database,
    command: 'npx driftmark update',
    irreversible: [],
    schema,
    ...(format === 'full' && settings.diagram && { diagram: true }),
  });
  const { schemas, otherNamespaces } = await readWithRetries(
    address,
    {
      label: labelOf(address),
      historyTables: liveHistoryPatterns(hasMigrationCommand(config)),
      extensionVersions: wish.extensionVersions ?? settings.extensionVersions ?? false,
      detail: format,
      ...(home !== undefined && { home }),
      groups: (found) => [found.filter((name) => isMeant(name))],
      notice,
    },
    { retries: RETRIES, signal },
  );
  const [schema] = schemas;
  if (!schema) {
    throw new DriftmarkError('read-failed', `${labelOf(address)} has no schema.`, {
      remedy: 'Name a database that has one, and see that --schema names some of it.',
    });
  }
  return {
    report: reportOf(schema),
    others: format === 'backstage' ? [] : otherNamespaces,
  };
}

async function fromMigrations(
  folder: string,
  wish: ReadOptions,
  { config, withScratchServer }: SourceContext,
): Promise<Report> {
  const { name: _name, migrations: _migrations, report: _report, ...defaults } = config.defaults;
  const { format, extensionVersions, down } = wish;
  const known = (await commandTargetAt(folder, config)) ?? (await targetOf(folder, config));
  const dir = await packageOf(folder);
  const folderTarget: Target = known ?? {
    detected: await detectMigrations(folder, dir, { ...defaults, ...config.overrides }.layout),
    name: await packageName(dir),
    dir,
    migrations: folder,
    report: path.join(dir, 'report.sql.md'),
    settings: { ...defaults, ...config.overrides },
  };
  const target: Target = {
    ...folderTarget,
    settings: {
      ...folderTarget.settings,
      ...(format && { reportFormat: format }),
      ...(extensionVersions !== undefined && { extensionVersions }),
      ...(down !== undefined && { down }),
    },
  };
  return withScratchServer(
    async (environment) => (await makeReport(target, { type: 'none' }, environment)).report,
  );
}

/** The target whose migrations are in a folder, so that they are read as `check` reads them. */
async function targetOf(folder: string, config: Config): Promise<Target | undefined> {
  try {
    return (await findTargets(config, [])).find(({ migrations }) => migrations === folder);
  } catch (error) {
    // The folder can be read although the targets of the project cannot be told.
    if (error instanceof DriftmarkError) return undefined;
    throw error;
  }
}

/** The nearest folder above with a package.json, else the folder above. */
async function packageOf(folder: string): Promise<string> {
  for (let dir = path.dirname(folder); dir !== path.dirname(dir); dir = path.dirname(dir))
    if (await exists(path.join(dir, 'package.json'))) return dir;
  return path.dirname(folder);
}
