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

/** Changes that are not in a report, and that are therefore not reported. */
export interface Silent {
  readonly silent?: readonly string[];
}

/**
 * Proves for each change that comparing reports lists it, that the report can be parsed, and that undoing the change
 * gives the first report again.
 * @returns the reported changes: a line with the name of the change, then an indented line for each reported change.
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
 * Proves the same on another version, which must report the same changes. Changes of different objects are made
 * together. If they conflict, or an unexpected change is reported, each one is made separately.
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
