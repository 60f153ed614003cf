import type { Client } from 'pg';
import type { Copies } from './base.js';
import { linesAbout, type Drift } from './drift-files.js';

/** Changes of different objects, and the changes that must be reported for each. */
export interface Group {
  readonly drifts: readonly Drift[];
  readonly lines: readonly string[];
}

const LARGEST = 12;

/**
 * Divides changes into groups, so that the changes of a group are about different objects, according to the expected
 * lines. A reported change can then be assigned to one change of the group.
 */
export function independent(drifts: readonly Drift[], known: string): readonly Group[] {
  const groups: { drifts: Drift[]; lines: string[]; objects: Set<string> }[] = [];
  for (const drift of drifts) {
    const lines = linesAbout(known, [drift]).slice(1);
    const objects = lines.map(objectOf);
    const isAlone = drift.undo === '' || objects.length === 0;
    const free = groups.find(
      (group) => group.drifts.length < LARGEST && !objects.some((object) => group.objects.has(object)),
    );
    if (isAlone || !free) groups.push({ drifts: [drift], lines, objects: new Set(objects) });
    else {
      free.drifts.push(drift);
      free.lines.push(...lines);
      for (const object of objects) free.objects.add(object);
    }
  }
  return groups;
}

/** The first two parts of an identity: a schema and an object in it, or the name of an object without a schema. */
const objectOf = (line: string) => /"(?:[^"\\]|\\.)*"(?:\."(?:[^"\\]|\\.)*")?/.exec(line)?.[0] ?? line;

/**
 * Makes the changes of a group together, compares, undoes them from the last to the first, and compares again.
 * @returns whether both comparisons gave the expected result. If not, or if the changes conflict, each change must be
 * made separately.
 */
export async function together(
  copy: Copies,
  { drifts }: Group,
  looks: {
    readonly isAsKnown: (client: Client) => Promise<boolean>;
    readonly leftovers: (client: Client) => Promise<readonly string[]>;
  },
): Promise<boolean> {
  try {
    const client = await copy.client();
    for (const { change } of drifts) await client.query(change);
    if (!(await looks.isAsKnown(client))) throw new Error('an unexpected change was reported');
    for (const { undo } of [...drifts].reverse()) await client.query(undo);
    const left = await looks.leftovers(client);
    if (left.length > 0) await copy.discard();
    return left.every((line) => line.startsWith('order: '));
  } catch {
    await copy.discard();
    return false;
  }
}
