import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { copies, onClone, withBase } from '../support/base.js';
import { changeLines, reportText } from '../support/changes.js';
import { DRIFTS, ownDrifts } from '../support/drift-files.js';
import { POSTGRES_MAJORS } from '../support/postgres-versions.js';
import { asReport, readAll } from '../support/scratch.js';

describe.each(POSTGRES_MAJORS)('one change at a time on PostgreSQL %d', (major) => {
  it('is told by object, fact and class, and is gone once it is undone', async (context) => {
    const known = (await ownDrifts()).filter(({ since }) => since <= major);
    const result = await withBase(major, DRIFTS, async (server, base) => {
      const before = await onClone(server, base, readAll);
      const copy = copies(server, base);
      const told: string[] = [];
      for (const { name, change, undo } of known) {
        const client = await copy.client();
        await client.query(change);
        const after = await readAll(client);
        const lines = changeLines(before, after);
        expect.soft(lines, name).not.toEqual([]);
        expect.soft(reportText(after), name).not.toBe(reportText(before));
        expect.soft(parse(render(asReport(after))), name).toEqual(asReport(after));
        told.push(name, ...lines.map((line) => `  ${line}`));
        await client.query(undo);
        const undone = changeLines(before, await readAll(client));
        expect.soft(undone.filter(isFact), name).toEqual([]);
        if (undone.length > 0) await copy.discard();
      }
      await copy.discard();
      return told;
    });
    if ('unavailable' in result) return context.skip(result.unavailable);
    const file = `${DRIFTS}/changes.txt`;
    if (major === 18) return expect(`${result.join('\n')}\n`).toMatchFileSnapshot(`../../${file}`);
    const newest = (await readFile(file, 'utf8')).split('\n');
    const names = new Set(known.map(({ name }) => name));
    const owner = (at: number) => newest.slice(0, at + 1).findLast((line) => !line.startsWith(' ')) ?? '';
    expect(result).toEqual(newest.filter((line, at) => line !== '' && names.has(owner(at))));
  });
});

/** A column that was dropped and made again stands at the end. */
const isFact = (line: string) => !line.startsWith('order: ');
