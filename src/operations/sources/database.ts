import { labelOf, type Address } from '../../live/connection/address.js';
import { readWithRetries } from '../../live/retry.js';
import { historyPatterns, isToolSchema } from '../../migrations/history-patterns.js';
import { invocationIn } from '../../project/invocation.js';
import type { Report } from '../../report/report.js';
import { placesOf, withExternalObjects } from '../../schema/external-objects.js';
import { selectExternal } from '../../live/external-selection.js';
import { schemaNotFound } from '../schema-not-found.js';
import type { ReadOptions, ReadSource, SourceContext } from './source.js';

/** The number of retries if a database is busy. */
const RETRIES = 3;

/** Reads the schema of a database. */
export async function fromDatabase(
  address: Address,
  { namespaces, home, namedRoles, external, ...options }: ReadOptions,
  { config, notice, signal }: SourceContext,
): Promise<ReadSource> {
  const settings = { ...config.defaults, ...config.overrides };
  const format = options.format ?? settings.reportFormat ?? 'full';
  const matches = await matcherOf(settings.schemas);
  const isSelected =
    format === 'backstage'
      ? (namespace: string) => namespace === 'public'
      : (matches ?? ((namespace: string) => namespaces?.includes(namespace) ?? !isToolSchema(namespace)));
  const invocation = invocationIn(config.cwd);
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
      ...(options.preload && { preload: options.preload }),
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
  const report: Report = {
    format,
    name: address.database,
    command: `${await invocation} update`,
    irreversible: [],
    schema:
      external && reading.external
        ? withExternalObjects(schema, selectExternal(external, reading.external))
        : schema,
    ...(format === 'full' && settings.diagram && { diagram: true }),
  };
  return {
    report,
    others: format === 'backstage' ? [] : reading.otherNamespaces.filter((name) => !isToolSchema(name)),
    versionNum: reading.versionNum,
  };
}

/** Loads what matches names with globs only if there are any. */
async function matcherOf(schemas: readonly string[] | undefined) {
  if (schemas === undefined) return undefined;
  const { schemaMatcher } = await import('../../schema/schema-matcher.js');
  return schemaMatcher(schemas);
}
