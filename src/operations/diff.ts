import {
  compareByMeaning,
  incomparableError,
  incomparableRemarks,
  type Comparison,
} from '../equivalence/equivalence.js';
import { DriftmarkError } from '../errors.js';
import { applyPolicy, policyOf, type FailPolicy } from '../drift/fail-policy.js';
import type { Outcome } from '../outcome.js';
import { render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare } from '../schema/compare.js';
import { findSource, readSource, type Source, type SourceContext, type ReadOptions } from './read-source.js';

/**
 * Compares the schemas of two sources. The name of a report, its command and its failing down migrations are no
 * part of a schema.
 * @throws {DriftmarkError} `usage` where a source is none or the two cannot be compared, and what reading throws.
 */
export async function diff(
  { from, to }: { readonly from: string; readonly to: string },
  policy: FailPolicy,
  context: SourceContext,
): Promise<Outcome> {
  const began = performance.now();
  const sources = [await findSource(from, context), await findSource(to, context)] as const;
  const [left, right] = sources;
  const read = async (source: Source, wish: ReadOptions): Promise<Report> => {
    const { report, others } = await readSource(source, { down: false, ...wish }, context);
    for (const name of others) context.notice(`${source.label} also has the schema ${name}: not compared`);
    return report;
  };
  // A database may hold other people's schemas: it is read after the side that says which ones are meant.
  const isLeftFirst = rank(left) <= rank(right);
  const first = await read(isLeftFirst ? left : right, {});
  const second = await read(isLeftFirst ? right : left, wishFor(first, sources));
  const [before, after] = isLeftFirst ? [first, second] : [second, first];
  if (before.format !== after.format) throw formatsDiffer(before, after, sources);
  const schemas = { from: before.schema, to: after.schema };
  const comparison = mayDifferInWords(before, sources)
    ? await compareByMeaning(schemas, context.withScratchServer)
    : { changes: compare(schemas), incomparable: [], to: after.schema };
  return {
    name: `${left.label} → ${right.label}`,
    report: [left, right].find(({ type }) => type === 'report')?.label ?? left.label,
    seconds: (performance.now() - began) / 1000,
    failedDowns: [],
    result: judge(
      before,
      comparison,
      { before: left.label, after: right.label },
      {
        ...policyOf(context.config.defaults),
        ...policy,
      },
    ),
  };
}

/**
 * Whether the two sides may come from servers that print the same thing in other words. Two reports are compared as
 * they stand, and what two folders of migrations make is printed by one server.
 */
function mayDifferInWords({ format }: Report, sources: readonly Source[]): boolean {
  const types = new Set(sources.map(({ type }) => (type === 'revision' ? 'report' : type)));
  return format === 'full' && (types.has('database') || types.size > 1);
}

function judge(
  before: Report,
  { changes, incomparable, to }: Comparison,
  names: { readonly before: string; readonly after: string },
  policy: FailPolicy,
): Outcome['result'] {
  const texts = { before: render(before), after: render({ ...before, schema: to }) };
  if (texts.before === texts.after) return { type: 'in-sync', tables: to.objects.table.length };
  const told = applyPolicy(
    changes.map((change) => ({ change })),
    policy,
  );
  if (incomparable.length > 0 && told.every(({ isAllowed: isTolerated }) => isTolerated === true))
    return { type: 'failed', error: incomparableError(incomparable) };
  return {
    type: 'drift',
    reason: 'sources',
    changes: told,
    remarks: incomparableRemarks(incomparable),
    difference: { ...texts, names },
  };
}

/** The order in which sources are read: what is fixed before what can be read in several ways. */
const rank = ({ type }: Source) => ['report', 'revision', 'migrations', 'database'].indexOf(type);

/** How the second source is to be read, so that it can be compared with the first. */
function wishFor({ format, schema }: Report, sources: readonly Source[]): ReadOptions {
  const hasVersions = schema.objects.extension.some(({ version }) => version !== undefined);
  const areBothDatabases = sources.every(({ type }) => type === 'database');
  const [home] = schema.namespaces;
  return {
    format,
    ...(home !== undefined && { home }),
    ...(hasVersions && { extensionVersions: true }),
    ...(!areBothDatabases && { covers: (namespace) => schema.namespaces.includes(namespace) }),
  };
}

function formatsDiffer(
  before: Report,
  after: Report,
  [left, right]: readonly [Source, Source],
): DriftmarkError {
  return new DriftmarkError(
    'usage',
    `${left.label} is in the format ${before.format} and ${right.label} in ${after.format}: what one of them says the other does not know.`,
    { remedy: 'Compare one of them with the migrations, which can be read for either format.' },
  );
}
