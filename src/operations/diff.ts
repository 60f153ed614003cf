import {
  compareByMeaning,
  incomparableError,
  incomparableRemarks,
  type Comparison,
} from '../equivalence/equivalence.js';
import { DriftmarkError } from '../errors.js';
import { withoutComputed } from '../drift/without-computed.js';
import { applyPolicy, policyOf, type FailPolicy } from '../drift/fail-policy.js';
import type { Outcome } from '../outcome.js';
import { render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare } from '../schema/compare.js';
import { rolesNamedIn } from '../schema/named-roles.js';
import { externalObjects } from '../schema/external-objects.js';
import { withoutKeptOptions } from './upgraded-subscriptions.js';
import { findSource, readSource } from './read-source.js';
import type { ReadOptions, ReadSource, Source, SourceContext } from './sources/source.js';

/**
 * Compares the schemas of two sources. The name of a report, its command and its irreversible migrations do not belong
 * to the schema and are not compared.
 * @throws {DriftmarkError} `usage` if a source does not exist or the sources cannot be compared, and the errors of
 * reading.
 */
export async function diff(
  { from, to }: { readonly from: string; readonly to: string },
  policy: FailPolicy,
  context: SourceContext,
): Promise<Outcome> {
  const began = performance.now();
  const sources = [await findSource(from, context), await findSource(to, context)] as const;
  const [left, right] = sources;
  const read = async (source: Source, options: ReadOptions): Promise<ReadSource> => {
    const found = await readSource(source, { down: false, ...options }, context);
    for (const name of found.others)
      context.notice(`${source.label} also has the schema ${name}: not compared`);
    return found;
  };
  // A database may contain other schemas. It is read after the source that shows which schemas to compare.
  const isLeftFirst = rank(left) <= rank(right);
  const first = await read(isLeftFirst ? left : right, {});
  const second = await read(isLeftFirst ? right : left, optionsToMatch(first.report, sources));
  const [one, other] = isLeftFirst ? ([first, second] as const) : ([second, first] as const);
  const [before, after] = [one.report, other.report];
  // A mistake in --schema must not look like two schemas without a difference.
  if (before.schema.namespaces.length + after.schema.namespaces.length === 0) other.assertSelected?.();
  if (before.format !== after.format) throw formatsDiffer(before, after, sources);
  const schemas = {
    from: withoutKeptOptions(before.schema, one.versionNum, other.versionNum),
    to: withoutKeptOptions(after.schema, other.versionNum, one.versionNum),
  };
  let comparison = mayBePrintedDifferently(before, sources)
    ? await compareByMeaning(schemas, context.withScratchServer)
    : { changes: compare(schemas), incomparable: [], to: schemas.to };
  const { notice, config } = context;
  for (const { history } of [one, other])
    if (history)
      comparison = await withoutComputed(comparison, schemas.from, { history, notice, cwd: config.cwd });
  return {
    name: `${left.label} → ${right.label}`,
    report: [left, right].find(({ type }) => type === 'report')?.label ?? left.label,
    seconds: (performance.now() - began) / 1000,
    failedDowns: [],
    result: toResult(
      { ...before, schema: schemas.from },
      comparison,
      { before: left.label, after: right.label },
      {
        ...policyOf(config.defaults),
        ...policy,
      },
    ),
  };
}

/**
 * Whether PostgreSQL may have printed the same expression of the two sources differently, as it does in another version
 * and for an expression that comes from a dump. Two reports are compared literally.
 */
function mayBePrintedDifferently({ format }: Report, sources: readonly Source[]): boolean {
  const types = new Set(sources.map(({ type }) => (type === 'revision' ? 'report' : type)));
  return format === 'full' && (types.size > 1 || !types.has('report'));
}

function toResult(
  before: Report,
  { changes, incomparable, to }: Comparison,
  names: { readonly before: string; readonly after: string },
  policy: FailPolicy,
): Outcome['result'] {
  const texts = { before: render(before), after: render({ ...before, schema: to }) };
  if (texts.before === texts.after) return { type: 'in-sync', tables: to.objects.table.length };
  const reported = applyPolicy(
    changes.map((change) => ({ change })),
    policy,
  );
  if (incomparable.length > 0 && reported.every(({ isAllowed }) => isAllowed === true))
    return { type: 'failed', error: incomparableError(incomparable) };
  return {
    type: 'drift',
    reason: 'sources',
    changes: reported,
    remarks: incomparableRemarks(incomparable),
    difference: { ...texts, names },
  };
}

/** The order in which sources are read: a report first, because the other source can be read in the same way. */
const rank = ({ type }: Source) => ['report', 'revision', 'migrations', 'database'].indexOf(type);

/** How to read the second source, so that it can be compared with the first. */
function optionsToMatch({ format, schema }: Report, sources: readonly Source[]): ReadOptions {
  const hasVersions = schema.objects.extension.some(({ version }) => version !== undefined);
  const areBothDatabases = sources.every(({ type }) => type === 'database');
  const [home] = schema.namespaces;
  return {
    format,
    namedRoles: rolesNamedIn(schema),
    ...(home !== undefined && { home }),
    ...(hasVersions && { extensionVersions: true }),
    external: externalObjects(schema),
    ...(!areBothDatabases && { namespaces: schema.namespaces }),
  };
}

function formatsDiffer(
  before: Report,
  after: Report,
  [left, right]: readonly [Source, Source],
): DriftmarkError {
  return new DriftmarkError(
    'usage',
    `Cannot compare reports in different formats: ${left.label} is "${before.format}", ${right.label} is "${after.format}".`,
    { remedy: 'Compare either report with the migrations instead.' },
  );
}
