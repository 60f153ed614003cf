import type { Client } from 'pg';
import type { ScratchDatabase, ScratchServer } from '#src/scratch/types.js';
import { copies } from './base.js';
import type { Drift } from './drift-files.js';

export interface Looks {
  /** Told of the database after each change, in turn. */
  readonly changed: (client: Client, drift: Drift) => Promise<void>;
  /** What is still different from the base, once changes were undone. */
  readonly leftovers: (client: Client) => Promise<readonly string[]>;
}

/**
 * How many undone changes one look for leftovers serves: whatever an undoing left would be told with the next
 * change as well, so nothing gets lost between two looks.
 */
const GROUP = 12;

/**
 * Makes one change at a time on a copy of the base, and undoes it before the next. The copy serves for as long as
 * undoing restores it; where nothing undoes a change, the next one has a copy of its own.
 * @returns what undoing left, with the names of the changes that it may have come from.
 */
export async function oneByOne(
  { server, base }: { readonly server: ScratchServer; readonly base: ScratchDatabase },
  drifts: readonly Drift[],
  { changed, leftovers }: Looks,
): Promise<readonly string[]> {
  const copy = copies(server, base);
  const found: string[] = [];
  let undone: string[] = [];
  const settle = async (isLeft: (line: string) => boolean = () => true): Promise<void> => {
    if (undone.length === 0) return;
    const lines = await leftovers(await copy.client());
    found.push(...lines.filter(isLeft).map((line) => `${undone.join(' or ')}: ${line}`));
    if (lines.length > 0) await copy.discard();
    undone = [];
  };
  for (const drift of drifts) {
    const isExact = drift.undo !== '' && !drift.reorders;
    if (!isExact || undone.length === GROUP) await settle();
    const client = await copy.client();
    await client.query(drift.change);
    await changed(client, drift);
    if (drift.undo === '') {
      await copy.discard();
      continue;
    }
    await client.query(drift.undo);
    undone.push(drift.name);
    // A column that was dropped and made again stands at the end.
    if (drift.reorders) await settle((line) => !line.startsWith('order: '));
  }
  await settle();
  await copy.discard();
  return found;
}
