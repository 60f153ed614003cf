import type { WithScratchServer } from '../scratch/types.js';
import { compareExpressions, type Incomparable, type ExpressionComparison } from './compare-expressions.js';
import { isExpressionChange, type ExpressionChange } from './expressions.js';
import { DriftmarkError, type ErrorCode } from '../errors.js';
import { compare, type Change } from '../schema/compare.js';
import { KINDS } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { withColumnsOfBoth } from '../schema/inherited-columns.js';
import { revert } from '../schema/undo-changes.js';
import { connect } from '../scratch/client.js';

/** What leads from one schema to another. */
export interface Comparison {
  /** What is certain. */
  readonly changes: readonly Change[];
  /** Texts that differ, and of which nobody can say whether they mean the same. */
  readonly incomparable: readonly Incomparable[];
  /** The second schema, in the first one's words where both mean the same. */
  readonly to: Schema;
}

/**
 * Compares two schemas that servers of different versions may have printed, or of which one may have been restored
 * from a dump: texts that differ are created again on a scratch server, both, and compared as that prints them.
 * It is started for nothing else.
 */
export async function compareByMeaning(
  { from, to }: { readonly from: Schema; readonly to: Schema },
  onScratchServer: WithScratchServer,
  isCompared: (change: Change) => boolean = () => true,
): Promise<Comparison> {
  const all = compare({ from, to });
  const texts = all.filter(isExpressionChange).filter(isCompared);
  if (texts.length === 0) return { changes: all, incomparable: [], to };
  const { equivalent: alike, incomparable } = await compareOnServer(
    onScratchServer,
    withColumnsOfBoth({ from, to }),
    texts,
  ).catch(withoutServer(texts));
  const settled = new Set<Change>([...alike, ...incomparable.map(({ change }) => change)]);
  return {
    changes: all.filter((change) => !settled.has(change)),
    incomparable,
    to: revert(alike, { from, to }),
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

/** Where there is no scratch server to be had, none of the texts can be compared. */
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

/** The failure of a comparison that found nothing but texts that it could not compare. */
export function incomparableError(incomparable: readonly Incomparable[]): DriftmarkError {
  const number = incomparable.length;
  return new DriftmarkError(
    'incomplete',
    `${number === 1 ? '1 text differs and is' : `${number} texts differ and are`} not comparable: whether it means the same shows only where both sides can be created again.`,
    {
      details: incomparable.map(({ change, reason }) => ({ label: subject(change), text: reason })),
      remedy:
        'Let --scratch-url name a server that has the extensions and types which it needs, of the newer version of the two.',
    },
  );
}

/** The same in a line each, beside differences that are certain. */
export const incomparableRemarks = (incomparable: readonly Incomparable[]): readonly string[] =>
  incomparable.map(({ change, reason }) => `not comparable: ${subject(change)} (${reason})`);

const subject = ({ kind, identity }: Change) => `${KINDS[kind].noun} ${identity.join('.')}`;
