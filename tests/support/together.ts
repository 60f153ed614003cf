import type { Client } from 'pg';
import type { Copies } from './base.js';
import { linesAbout, type Drift } from './drift-files.js';

/** Changes that are about different objects, and what is known to be told of them. */
export interface Group {
  readonly drifts: readonly Drift[];
  readonly lines: readonly string[];
}

const LARGEST = 12;

/**
 * Parts changes into groups whose members are about different relations, types, routines …, by what `known` tells of
 * each. What a member of a group does to the schema can be told from what the others do.
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

/** The first two names of an object's identity: a schema and what is in it, or what is in none. */
const objectOf = (line: string) => /"(?:[^"\\]|\\.)*"(?:\."(?:[^"\\]|\\.)*")?/.exec(line)?.[0] ?? line;

/**
 * Makes the changes of a group together, looks, undoes them from the last to the first, and looks again.
 * @returns whether both looks were content. If not, or where the changes get into each other's way, the members
 * have to be looked at one by one.
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
    if (!(await looks.isAsKnown(client))) throw new Error('something else is told');
    for (const { undo } of [...drifts].reverse()) await client.query(undo);
    const left = await looks.leftovers(client);
    if (left.length > 0) await copy.discard();
    return left.every((line) => line.startsWith('order: '));
  } catch {
    await copy.discard();
    return false;
  }
}
