import { expect } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import type { ScratchDatabase, ScratchServer } from '#src/scratch/types.js';
import type { Schema } from '#src/schema/model.js';
import { copies, onClone } from './base.js';
import { changeLines, reportText } from './changes.js';
import { linesAbout, type Drift } from './drift-files.js';
import { oneByOne } from './one-by-one.js';
import { asReport, readAll } from './scratch.js';
import { independent, together } from './together.js';

interface Place {
  readonly server: ScratchServer;
  readonly base: ScratchDatabase;
}

/** Changes that a report does not show, and that nothing therefore is told of. */
export interface Silent {
  readonly silent?: readonly string[];
}

/**
 * Proves of each change that the report tells it and can be read back, and that undoing it gives the first report
 * again.
 * @returns what is told: a line with the change's name, then an indented one for each thing that is.
 */
export async function proveEach(place: Place, drifts: readonly Drift[], { silent = [] }: Silent = {}) {
  const before = await onClone(place.server, place.base, readAll);
  return proveFrom(before, place, drifts, silent);
}

async function proveFrom(
  before: Schema,
  place: Place,
  drifts: readonly Drift[],
  silent: readonly string[],
): Promise<string[]> {
  const beforeText = reportText(before);
  const told: string[] = [];
  const left = await oneByOne(place, drifts, {
    changed: async (client, { name }) => {
      const after = asReport(await readAll(client));
      const text = render(after);
      const lines = changeLines(before, after.schema);
      const isSilent = silent.includes(name);
      expect.soft(lines.length === 0, name).toBe(isSilent);
      expect.soft(text === beforeText, name).toBe(isSilent);
      expect.soft(changeLines(after.schema, before), name).toHaveLength(lines.length);
      expect.soft(parse(text), name).toEqual(after);
      told.push(name, ...lines.map((line) => `  ${line}`));
    },
    leftovers: async (client) => changeLines(before, await readAll(client)),
  });
  expect(left).toEqual([]);
  return told;
}

/**
 * The same on a further version, on which the same must be told as is known of another one. Changes of different
 * objects are made together; where they get into each other's way, or anything is told that is not known, one by one.
 */
export async function proveAsKnown(
  place: Place,
  drifts: readonly Drift[],
  known: string,
  { silent = [] }: Silent = {},
): Promise<void> {
  const before = await onClone(place.server, place.base, readAll);
  const copy = copies(place.server, place.base);
  for (const group of independent(drifts, known)) {
    const isAsKnown = await together(copy, group, {
      isAsKnown: async (client) => {
        const after = asReport(await readAll(client));
        expect.soft(parse(render(after))).toEqual(after);
        const lines = changeLines(before, after.schema).map((line) => `  ${line}`);
        return lines.length > 0 && lines.sort().join('\n') === [...group.lines].sort().join('\n');
      },
      leftovers: async (client) => changeLines(before, await readAll(client)),
    });
    if (isAsKnown) continue;
    const told = await proveFrom(before, place, group.drifts, silent);
    expect.soft(told).toEqual(linesAbout(known, group.drifts));
  }
  await copy.discard();
}
