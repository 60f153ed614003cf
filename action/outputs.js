/** Prints the outputs `drift` and `changes` of the action, from the result as JSON. */
import { readFile } from 'node:fs/promises';

const text = await readFile(process.argv[2], 'utf8').catch(() => undefined);
if (text !== undefined) {
  const { counts, targets } = JSON.parse(text);
  const changes = targets.reduce((sum, target) => sum + (target.changes?.length ?? 0), 0);
  console.log(`drift=${counts.drift > 0}\nchanges=${changes}`);
}
