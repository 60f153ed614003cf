import { labelOf, type Address } from '../../live/connection/address.js';
import type { LiveReading } from '../../live/read.js';
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
  const places = external && placesOf(external);
  const made: { report?: Report; text?: string } = {};
  const prepare = async () => {
    const [invocation, print] = await Promise.all([invocationIn(config.cwd), options.print?.()]);
    return (read: Pick<LiveReading, 'schemas' | 'external'>): void => {
      const [schema] = read.schemas;
      if (!schema) return;
      made.report = {
        format,
        name: address.database,
        command: `${invocation} update`,
        irreversible: [],
        schema:
          external && read.external
            ? withExternalObjects(schema, selectExternal(external, read.external))
            : schema,
        ...(format === 'full' && settings.diagram && { diagram: true }),
      };
      if (print) made.text = print(made.report);
    };
  };
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
      prepare,
    },
    { retries: RETRIES, signal },
  );
  const { report, text } = made;
  if (!report) {
    throw schemaNotFound({
      code: 'read-failed',
      message: `${labelOf(address)} has no schema that matches`,
      wanted: format === 'backstage' ? ['public'] : (settings.schemas ?? namespaces ?? ['*']),
      existing: reading.otherNamespaces,
    });
  }
  return {
    report,
    ...(text !== undefined && { text }),
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
