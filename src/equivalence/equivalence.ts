import type { WithScratchServer } from '../scratch/types.js';
import { compareExpressions, type Incomparable, type ExpressionComparison } from './compare-expressions.js';
import { isExpressionChange, type ExpressionChange } from './expressions.js';
import { DriftmarkError, type ErrorCode } from '../errors.js';
import { compare, type Change } from '../schema/compare.js';
import { KINDS } from '../schema/kinds.js';
import { externalTo } from '../schema/external-objects.js';
import type { Schema } from '../schema/model.js';
import { withColumnsOfBoth } from '../schema/inherited-columns.js';
import { undoChanges } from '../schema/undo-changes.js';
import { connect } from '../scratch/client.js';

/** The changes from one schema to another. */
export interface Comparison {
  /** The changes that are certain. */
  readonly changes: readonly Change[];
  /** Expressions that differ and that could not be compared. */
  readonly incomparable: readonly Incomparable[];
  /** The second schema, with the first one's text for each expression that is equivalent. */
  readonly to: Schema;
}

/**
 * Compares two schemas that servers of different versions may have printed, or of which one may have been restored from
 * a dump. Expressions that differ are re-created on a scratch server and compared as it prints them. The server is
 * started only if there are any.
 */
export async function compareByMeaning(
  { from, to }: { readonly from: Schema; readonly to: Schema },
  onScratchServer: WithScratchServer,
  isCompared: (change: Change) => boolean = () => true,
): Promise<Comparison> {
  const all = compare({ from, to });
  const isExternal = externalTo(from);
  // The tables that external objects are on are not known, so that their expressions cannot be re-created.
  const texts = all
    .filter(isExpressionChange)
    .filter((change) => isCompared(change) && !isExternal(change.kind, change.after));
  if (texts.length === 0) return { changes: all, incomparable: [], to };
  const { equivalent, incomparable } = await compareOnServer(
    onScratchServer,
    withColumnsOfBoth({ from, to }),
    texts,
  ).catch(withoutServer(texts));
  const settled = new Set<Change>([...equivalent, ...incomparable.map(({ change }) => change)]);
  return {
    changes: all.filter((change) => !settled.has(change)),
    incomparable,
    to: undoChanges(equivalent, { from, to }),
  };
}

async function compareOnServer(
  onScratchServer: WithScratchServer,
  schemas: { readonly from: Schema; readonly to: Schema },
  texts: readonly Change[],
): Promise<ExpressionComparison> {
  return onScratchServer(async ({ server, signal = new AbortController().signal }) => {
    const database = await (await server).createDatabase();
    const client = await connect(database.connection, signal);
    try {
      return await compareExpressions(client, schemas, texts);
    } finally {
      await client.end();
      await database.drop();
    }
  });
}

/** Without a scratch server, no expression can be compared. */
function withoutServer(texts: readonly ExpressionChange[]): (error: unknown) => ExpressionComparison {
  return (error) => {
    if (!(error instanceof DriftmarkError) || !NO_SERVER.has(error.code)) throw error;
    return { equivalent: [], incomparable: texts.map((change) => ({ change, reason: error.message })) };
  };
}

const NO_SERVER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'scratch-unavailable',
  'scratch-failed',
  'connection-failed',
]);

/** The error of a comparison whose only differences are expressions that could not be compared. */
export function incomparableError(incomparable: readonly Incomparable[]): DriftmarkError {
  const number = incomparable.length;
  return new DriftmarkError(
    'incomplete',
    `Could not tell whether ${number === 1 ? '1 expression differs' : `${number} expressions differ`}: the scratch server cannot re-create ${number === 1 ? 'it' : 'them'}.`,
    {
      details: incomparable.map(({ change, reason }) => ({ label: subject(change), text: reason })),
      remedy:
        'Use --scratch-url with a server that has the required extensions and types and runs the newer of the two PostgreSQL versions.',
    },
  );
}

/** One line for each such expression, next to differences that are certain. */
export const incomparableRemarks = (incomparable: readonly Incomparable[]): readonly string[] =>
  incomparable.map(({ change, reason }) => `could not compare ${subject(change)}: ${reason}`);

const subject = ({ kind, identity }: Change) => `${KINDS[kind].noun} ${identity.join('.')}`;
