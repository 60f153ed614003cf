import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import { reprint, type Reprinted } from './reprint.js';
import { isExpressionChange, withExpressionOf, type ExpressionChange } from './expressions.js';

/** An expression that could not be re-created, so it is unknown whether it differs. */
export interface Incomparable {
  readonly change: ExpressionChange;
  /** The server's message. */
  readonly reason: string;
}

/** The result for expressions that differ as text. Changes in neither list are real. */
export interface ExpressionComparison {
  /** Both sides are printed the same after they were re-created. */
  readonly equivalent: readonly Change[];
  readonly incomparable: readonly Incomparable[];
}

/**
 * Finds the changes that only change the text of an expression. Both expressions are re-created in an empty scratch
 * database and read back. If they are then printed the same, they are equivalent, whichever server printed them before.
 */
export async function compareExpressions(
  connection: Client,
  { from, to }: { readonly from: Schema; readonly to: Schema },
  changes: readonly Change[],
): Promise<ExpressionComparison> {
  const texts = changes.filter(isExpressionChange);
  const home = from.namespaces[0] ?? 'public';
  const again = {
    before: await reprint(connection, { schema: from, home }, texts.map(wantedOf('before'))),
    after: await reprint(connection, { schema: to, home }, texts.map(wantedOf('after'))),
  };
  const equivalent: Change[] = [];
  const incomparable: Incomparable[] = [];
  texts.forEach((change, at) => {
    const before = textOf(change, 'before', again.before[at]);
    const after = textOf(change, 'after', again.after[at]);
    const reason = before.reason ?? after.reason;
    if (reason !== undefined) incomparable.push({ change, reason });
    else if (isDeepStrictEqual(before.value, after.value)) equivalent.push(change);
  });
  return { equivalent, incomparable };
}

type Side = 'before' | 'after';

const wantedOf = (side: Side) => (change: ExpressionChange) => ({ kind: change.kind, object: change[side] });

function textOf(
  { kind, fact, ...change }: ExpressionChange,
  side: Side,
  again: Reprinted | undefined,
): { readonly value?: unknown; readonly reason?: string } {
  if (!again || 'reason' in again) return { reason: again?.reason ?? 'it could not be read back' };
  return { value: withExpressionOf(kind, fact, change[side], again.object) };
}
