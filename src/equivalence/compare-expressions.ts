import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import { reprint, type Reprinted } from './reprint.js';
import { isExpressionChange, withExpressionOf, type ExpressionChange } from './expressions.js';

/** A text that could not be created again, so that nobody knows whether it is another. */
export interface Incomparable {
  readonly change: ExpressionChange;
  /** What the server said. */
  readonly reason: string;
}

/** What differing texts turn out to be. The changes that are in neither list are true. */
export interface ExpressionComparison {
  /** Changes of words only: both sides, created again, are printed alike. */
  readonly equivalent: readonly Change[];
  readonly incomparable: readonly Incomparable[];
}

/**
 * Says which changes are of words only. Both texts of each are created again on one server, an empty scratch
 * database, and read back: what then is the same means the same, whichever server printed it before.
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
  const alike: Change[] = [];
  const incomparable: Incomparable[] = [];
  texts.forEach((change, at) => {
    const before = textOf(change, 'before', again.before[at]);
    const after = textOf(change, 'after', again.after[at]);
    const reason = before.reason ?? after.reason;
    if (reason !== undefined) incomparable.push({ change, reason });
    else if (isDeepStrictEqual(before.value, after.value)) alike.push(change);
  });
  return { equivalent: alike, incomparable };
}

type Side = 'before' | 'after';

const wantedOf = (side: Side) => (change: ExpressionChange) => ({ kind: change.kind, object: change[side] });

function textOf(
  { kind, fact, ...change }: ExpressionChange,
  side: Side,
  again: Reprinted | undefined,
): { readonly value?: unknown; readonly reason?: string } {
  if (!again || 'reason' in again) return { reason: again?.reason ?? 'it was not read' };
  return { value: withExpressionOf(kind, fact, change[side], again.object) };
}
