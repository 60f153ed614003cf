import type { Client } from 'pg';
import type { ScratchDatabase, ScratchServer } from '#src/scratch/types.js';
import { copies } from './base.js';
import type { Drift } from './drift-files.js';

export interface Looks {
  /** Called with the database after each change. */
  readonly changed: (client: Client, drift: Drift) => Promise<void>;
  /** The differences from the base that remain after changes were undone. */
  readonly leftovers: (client: Client) => Promise<readonly string[]>;
}

/**
 * The number of undone changes after which the database is compared with the base. A difference that remained is also
 * reported with each following change, so that none is lost between two comparisons.
 */
const GROUP = 12;

/**
 * Makes one change at a time on a copy of the base, and undoes it before the next one. A copy is used as long as undoing
 * restores it. After a change that cannot be undone, the next change gets a new copy.
 * @returns the differences that remained, with the names of the changes that may have caused them.
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
    // A dropped column is at the end after it was added again.
    if (drift.reorders) await settle((line) => !line.startsWith('order: '));
  }
  await settle();
  await copy.discard();
  return found;
}
