import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { changeLines, reportText } from '../support/changes.js';
import { copies, onClone, withBase } from '../support/base.js';
import { POSTGRES_MAJORS, type PostgresMajor } from '../support/postgres-versions.js';
import { asReport, onDatabase, readAll } from '../support/scratch.js';

const CORPUS = 'fixtures/corpus';

/** Changes that an older server's SQL cannot express, and the first version whose SQL can. */
const SINCE: Readonly<Record<string, PostgresMajor>> = {
  '061-index-nulls-not-distinct': 15,
  '077-fk-set-null-column-list': 15,
};

/** The server binaries from npm are built without lz4. */
const NEEDS_LZ4 = '031-column-compression';

/** No schema: whether a materialized view was ever filled, and an extension's version unless it is asked for. */
const NO_CHANGE = ['127-matview-with-no-data', '197-extension-version'];

/** A value cannot be taken from an enum again; an extension cannot go back. */
const NO_WAY_BACK = ['097-enum-value-insert', '197-extension-version'];

const sql = (folder: string, name: string) => readFile(path.join(CORPUS, folder, `${name}.sql`), 'utf8');

describe.each(POSTGRES_MAJORS)('the corpus of drifts on PostgreSQL %d', (major) => {
  it('tells each change by its object, fact and class, and nothing once it is undone', async (context) => {
    const files = await readdir(path.join(CORPUS, 'mutations'));
    const names = files.map((file) => path.basename(file, '.sql')).sort();
    const result = await withBase(major, CORPUS, async (server, base) => {
      const before = await onClone(server, base, readAll);
      const copy = copies(server, base);
      const told: string[] = [];
      for (const name of names) {
        if (name === NEEDS_LZ4 || (SINCE[name] ?? 0) > major) continue;
        const client = await copy.client();
        await client.query(await sql('mutations', name));
        const after = await readAll(client);
        const lines = changeLines(before, after);
        told.push(name, ...lines.map((line) => `  ${line}`));
        expect.soft(reportText(after) === reportText(before), name).toBe(NO_CHANGE.includes(name));
        expect.soft(changeLines(after, before), name).toHaveLength(lines.length);
        expect.soft(parse(render(asReport(after))), name).toEqual(asReport(after));
        if (!NO_WAY_BACK.includes(name)) await client.query(await sql('undo', name));
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
    else expect(result).toEqual(known.filter((line, at) => line !== '' && !isTooNew(known, at, major)));
  });

  it('gives the same bytes for one schema by two routes', async (context) => {
    const files = await readdir(path.join(CORPUS, 'equivalent'));
    const names = new Set(files.map((file) => file.replace(/\.[ab]\.sql$/, '')));
    const result = await withBase(major, CORPUS, async (server) => {
      for (const name of names) {
        const texts: string[] = [];
        for (const route of ['a', 'b']) {
          await onDatabase(server, async (client) => {
            await client.query(await sql('equivalent', `${name}.${route}`));
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

/** Whether a line of the expectations is about a change that the server's SQL cannot express. */
function isTooNew(lines: readonly string[], at: number, major: PostgresMajor): boolean {
  const name = lines.slice(0, at + 1).findLast((line) => !line.startsWith(' '));
  return (SINCE[name ?? ''] ?? 0) > major;
}
