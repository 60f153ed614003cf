import { schemaNotFound } from './schema-not-found.js';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BuildEnvironment } from '../replay/environment.js';
import type { WithScratchServer } from '../scratch/types.js';
import { historyPatterns, isToolSchema, schemaMatcher } from '../replay/read-schema.js';
import { parseCommitted, readCommitted, type Committed } from '../project/committed-report.js';
import type { Config } from '../config/config.js';
import { detectMigrations, isMigrationsFolder } from '../migrations/migrations.js';
import { DriftmarkError } from '../errors.js';
import { textAtRevision } from '../project/git.js';
import { invocationIn } from '../project/invocation.js';
import { labelOf, parseAddress, type Address } from '../live/connection/address.js';
import { selectExternal } from '../live/external-selection.js';
import { readWithRetries } from '../live/retry.js';
import { readHistory } from '../drift/history.js';
import type { History } from '../drift/position.js';
import { makeReport } from './make-report.js';
import type { Report, ReportFormat } from '../report/report.js';
import { placesOf, withExternalObjects } from '../schema/external-objects.js';
import type { ObjectsByKind, Schema } from '../schema/model.js';
import { exists } from '../util/fs.js';
import { selectNamespaces } from '../schema/select-namespaces.js';
import { commandTargetAt, findTargets, packageName, type Target } from '../project/targets.js';

/** The settings and tools for reading a source. */
export interface SourceContext {
  readonly config: Config;
  /** The PG* variables, for parts that are missing in the URL of a database. */
  readonly env: NodeJS.ProcessEnv;
  readonly withScratchServer: WithScratchServer<BuildEnvironment>;
  /** Prints a notice. */
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A schema that can be read, with its name in messages: as the user typed it, without a password. */
export type Source = { readonly label: string } & (
  | { readonly type: 'migrations'; readonly folder: string }
  | { readonly type: 'report'; readonly file: string }
  | { readonly type: 'revision'; readonly revision: string; readonly file: string }
  | { readonly type: 'database'; readonly address: Address }
);

/** How to read migrations or a database. A report does not depend on these options. */
export interface ReadOptions {
  readonly format?: ReportFormat;
  /** The schemas of a database to include, unless the settings select the schemas. */
  readonly namespaces?: readonly string[];
  readonly extensionVersions?: boolean;
  /** The schema whose objects are not qualified in the expressions of a database. */
  readonly home?: string;
  /** Roles that the schema to compare with names. */
  readonly namedRoles?: ReadonlySet<string>;
  /** The objects outside of the covered schemas that a database is compared in. */
  readonly external?: ObjectsByKind;
  /** Whether to run the down migrations. */
  readonly down?: boolean;
}

/** A report of the schema of a source. */
export interface ReadSource {
  readonly report: Report;
  /** Schemas of the database that are not selected. */
  readonly others: readonly string[];
  /** Throws if `--schema` selects no schema of a report. One side of a comparison may lack the schema. */
  readonly assertSelected?: () => void;
  /** `server_version_num` of a database. */
  readonly versionNum?: number;
  /** Runs the migrations again, to find values that they compute when they run. */
  readonly history?: () => Promise<History | undefined>;
}

/**
 * Finds the type of a source.
 * @throws {DriftmarkError} `usage` if the source does not exist.
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
    throw new DriftmarkError('usage', `No such file or folder: ${source}.`, {
      remedy:
        'Use a migrations folder, an SQL file, a report, postgres://… for a database, or git:<revision>:<report> as the source.',
    });
  }
  return found.isDirectory() || /\.sql$/i.test(place)
    ? { type: 'migrations', folder: place, label: source }
    : { type: 'report', file: place, label: source };
}

/**
 * Reads the schema of a source.
 * @throws {DriftmarkError} `report-invalid`, `git-failed`, `connection-failed`, and the errors of running migrations.
 */
export async function readSource(
  source: Source,
  options: ReadOptions,
  context: SourceContext,
): Promise<ReadSource> {
  const { config } = context;
  switch (source.type) {
    case 'migrations':
      return fromMigrations(source.folder, options, context);
    case 'report':
      return fromReport(await readCommitted(source.file), source.label, config);
    case 'revision': {
      const text = await textAtRevision(source.revision, source.file, config.cwd);
      return fromReport(parseCommitted(text), source.label, config);
    }
    case 'database':
      return fromDatabase(source.address, options, context);
  }
}

function fromReport(committed: Committed, label: string, { overrides }: Config): ReadSource {
  if (committed.type === 'report') {
    const { report } = committed;
    const { schemas: wanted = [] } = overrides;
    const covers = schemaMatcher(overrides.schemas);
    if (!covers) return { report, others: [] };
    const selected = { ...report, schema: selectNamespaces(report.schema, covers) };
    return {
      report: selected,
      others: [],
      assertSelected: () => {
        if (selected.schema.namespaces.length === 0)
          throw schemaNotFound({
            code: 'usage',
            message: `${label} has no schema that matches`,
            wanted,
            existing: report.schema.namespaces,
          });
      },
    };
  }
  throw new DriftmarkError(
    'report-invalid',
    committed.type === 'none' ? 'The report does not exist.' : committed.problem.message,
    {
      place: { file: label, ...(committed.type === 'unreadable' && { line: committed.problem.line }) },
      remedy: 'Run `npx driftmark update` to create it again.',
    },
  );
}

/** The number of retries if a database is busy. */
const RETRIES = 3;

async function fromDatabase(
  address: Address,
  { namespaces, home, namedRoles, external, ...options }: ReadOptions,
  { config, notice, signal }: SourceContext,
): Promise<ReadSource> {
  const settings = { ...config.defaults, ...config.overrides };
  const format = options.format ?? settings.reportFormat ?? 'full';
  const isSelected =
    format === 'backstage'
      ? (namespace: string) => namespace === 'public'
      : (schemaMatcher(settings.schemas) ??
        ((namespace: string) => namespaces?.includes(namespace) ?? !isToolSchema(namespace)));
  const invocation = await invocationIn(config.cwd);
  const reportOf = (schema: Schema): Report => ({
    format,
    name: address.database,
    command: `${invocation} update`,
    irreversible: [],
    schema,
    ...(format === 'full' && settings.diagram && { diagram: true }),
  });
  const places = external && placesOf(external);
  const reading = await readWithRetries(
    address,
    {
      label: labelOf(address),
      historyTables: historyPatterns({ historyTables: [] }),
      extensionVersions: options.extensionVersions ?? settings.extensionVersions ?? false,
      detail: format,
      ...(home !== undefined && { home }),
      ...(namedRoles && { namedRoles }),
      ...(places && places.kinds.length > 0 && { external: places }),
      groups: (found) => [found.filter((name) => isSelected(name))],
      notice,
    },
    { retries: RETRIES, signal },
  );
  const [schema] = reading.schemas;
  if (!schema) {
    throw schemaNotFound({
      code: 'read-failed',
      message: `${labelOf(address)} has no schema that matches`,
      wanted: format === 'backstage' ? ['public'] : (settings.schemas ?? namespaces ?? ['*']),
      existing: reading.otherNamespaces,
    });
  }
  return {
    report: reportOf(
      external && reading.external
        ? withExternalObjects(schema, selectExternal(external, reading.external))
        : schema,
    ),
    others: format === 'backstage' ? [] : reading.otherNamespaces.filter((name) => !isToolSchema(name)),
    versionNum: reading.versionNum,
  };
}

async function fromMigrations(
  folder: string,
  { format, extensionVersions, down }: ReadOptions,
  { config, withScratchServer }: SourceContext,
): Promise<ReadSource> {
  const { name: _name, migrations: _migrations, report: _report, ...defaults } = config.defaults;
  const known = (await commandTargetAt(folder, config)) ?? (await targetOf(folder, config));
  const dir = await packageOf(folder);
  const detected = await detectMigrations(folder, dir, { ...defaults, ...config.overrides }.layout);
  if (!known && !isMigrationsFolder(detected) && (await exists(path.join(folder, 'package.json'))))
    throw new DriftmarkError(
      'no-migrations',
      `No migrations found in the package ${await packageName(folder)}.`,
      {
        remedy: 'Pass a migrations folder, or a package that has one.',
      },
    );
  const folderTarget: Target = known ?? {
    detected,
    name: await packageName(dir),
    dir,
    migrations: folder,
    report: path.join(dir, 'report.sql.md'),
    settings: { ...defaults, ...config.overrides },
  };
  // The user named the folder or file.
  const { isDefaultFolder: _isDefault, ...named } = folderTarget;
  const target: Target = {
    ...named,
    settings: {
      ...folderTarget.settings,
      ...(format && { reportFormat: format }),
      ...(extensionVersions !== undefined && { extensionVersions }),
      ...(down !== undefined && { down }),
    },
  };
  const { report } = await withScratchServer((environment) =>
    makeReport(target, { type: 'none' }, environment),
  );
  return { report, others: [], history: () => readHistory(target, report.format, withScratchServer) };
}

/**
 * The target whose migrations are in a folder, or whose package folder it is, so that `diff` and `show` read them as
 * `check` does.
 */
async function targetOf(folder: string, config: Config): Promise<Target | undefined> {
  // The folder can be read even if the project does not have valid targets.
  const targets = await findTargets(config, [folder]).catch((error: unknown) => {
    if (error instanceof DriftmarkError) return [];
    throw error;
  });
  const exact = targets.find(({ migrations }) => migrations === folder);
  const ofPackage = targets.filter(({ dir }) => dir === folder);
  if (exact || ofPackage.length < 2) return exact ?? ofPackage[0];
  const folders = ofPackage.map(({ migrations }) => path.relative(config.cwd, migrations));
  throw new DriftmarkError(
    'usage',
    `${path.basename(folder)} has several migrations folders: ${folders.join(', ')}.`,
    {
      remedy: 'Pass one of them.',
    },
  );
}

/** The nearest folder above with a package.json, else the folder above. */
async function packageOf(folder: string): Promise<string> {
  for (let dir = path.dirname(folder); dir !== path.dirname(dir); dir = path.dirname(dir))
    if (await exists(path.join(dir, 'package.json'))) return dir;
  return path.dirname(folder);
}
