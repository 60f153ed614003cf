import { statSync } from 'node:fs';
import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { labelOf, parseAddress } from '../live/connection/address.js';
import { promised } from '../util/fs.js';
import type { ReadOptions, ReadSource, Source, SourceContext } from './sources/source.js';

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
  const found = await promised(() => statSync(place)).catch(() => undefined);
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
 * Reads the schema of a source. Each type of source loads only what it needs.
 * @throws {DriftmarkError} `report-invalid`, `git-failed`, `connection-failed`, and the errors of running migrations.
 */
export async function readSource(
  source: Source,
  options: ReadOptions,
  context: SourceContext,
): Promise<ReadSource> {
  const { config } = context;
  switch (source.type) {
    case 'migrations': {
      const { fromMigrations } = await import('./sources/migrations.js');
      return fromMigrations(source.folder, options, context);
    }
    case 'report':
    case 'revision': {
      const { fromFile, fromRevision } = await import('./sources/report.js');
      return source.type === 'report' ? fromFile(source, config) : fromRevision(source, config);
    }
    case 'database': {
      const { fromDatabase } = await import('./sources/database.js');
      return fromDatabase(source.address, options, context);
    }
  }
}
