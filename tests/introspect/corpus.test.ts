import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { changeLines, reportText } from '../support/changes.js';
import { copies, onClone, withBase } from '../support/base.js';
import { CORPUS, corpusDrifts, NEEDS_LZ4 } from '../support/drift-files.js';
import { POSTGRES_MAJORS } from '../support/postgres-versions.js';
import { asReport, onDatabase, readAll } from '../support/scratch.js';

/** No schema: whether a materialized view was ever filled, and an extension's version unless it is asked for. */
const NO_CHANGE = ['127-matview-with-no-data', '197-extension-version'];

/** A value cannot be taken from an enum again; an extension cannot go back. */
const NO_WAY_BACK = ['097-enum-value-insert', '197-extension-version'];

describe.each(POSTGRES_MAJORS)('the corpus of drifts on PostgreSQL %d', (major) => {
  it('tells each change by its object, fact and class, and nothing once it is undone', async (context) => {
    const drifts = await corpusDrifts();
    const result = await withBase(major, CORPUS, async (server, base) => {
      const before = await onClone(server, base, readAll);
      const copy = copies(server, base);
      const told: string[] = [];
      for (const { name, since, change, undo } of drifts) {
        if (name === NEEDS_LZ4 || since > major) continue;
        const client = await copy.client();
        await client.query(change);
        const after = await readAll(client);
        const lines = changeLines(before, after);
        told.push(name, ...lines.map((line) => `  ${line}`));
        expect.soft(reportText(after) === reportText(before), name).toBe(NO_CHANGE.includes(name));
        expect.soft(changeLines(after, before), name).toHaveLength(lines.length);
        expect.soft(parse(render(asReport(after))), name).toEqual(asReport(after));
        if (!NO_WAY_BACK.includes(name)) await client.query(undo);
        const undone = changeLines(before, await readAll(client));
        if (!NO_WAY_BACK.includes(name)) expect.soft(withoutOrder(undone), name).toEqual([]);
        if (undone.length > 0) await copy.discard();
      }
      await copy.discard();
      return told;
    });
    if ('unavailable' in result) return context.skip(result.unavailable);
    const known = (await readFile(path.join(CORPUS, 'changes.txt'), 'utf8').catch(() => '')).split('\n');
    if (major === 18)
      await expect(`${result.join('\n')}\n`).toMatchFileSnapshot(`../../${CORPUS}/changes.txt`);
    else {
      const tooNew = new Set(drifts.filter(({ since }) => since > major).map(({ name }) => name));
      const owner = (at: number) => known.slice(0, at + 1).findLast((line) => !line.startsWith(' ')) ?? '';
      expect(result).toEqual(known.filter((line, at) => line !== '' && !tooNew.has(owner(at))));
    }
  });

  it('gives the same bytes for one schema by two routes', async (context) => {
    const files = await readdir(path.join(CORPUS, 'equivalent'));
    const names = new Set(files.map((file) => file.replace(/\.[ab]\.sql$/, '')));
    const result = await withBase(major, CORPUS, async (server) => {
      for (const name of names) {
        const texts: string[] = [];
        for (const route of ['a', 'b']) {
          await onDatabase(server, async (client) => {
            await client.query(
              await readFile(path.join(CORPUS, 'equivalent', `${name}.${route}.sql`), 'utf8'),
            );
            texts.push(reportText(await readAll(client)));
          });
        }
        expect(texts[1], name).toBe(texts[0]);
      }
      return {};
    });
    if ('unavailable' in result) context.skip(result.unavailable);
  });
});

/** A column that was dropped and made again stands at the end. */
const withoutOrder = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('order: '));
