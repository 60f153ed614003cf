import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { sharedServerOf } from '../support/shared-server.js';
import { majors } from '../support/selection.js';
import { asReport, onDatabase, readAll } from '../support/scratch.js';

/** The report that a version gives of the corpus' schema; or why it cannot be had here. */
async function reportOf(major: PostgresMajor): Promise<{ text: string } | { unavailable: string }> {
  const found = await sharedServerOf(major);
  if (found.unavailable !== undefined) return found;
  const { server, stop } = found;
  try {
    expect(Math.floor(server.versionNum / 10_000)).toBe(major);
    return await onDatabase(server, async (client) => {
      await client.query(await readFile('fixtures/corpus/base.sql', 'utf8'));
      const report = asReport(await readAll(client));
      const text = render(report);
      expect(parse(text)).toEqual(report);
      return { text };
    });
  } finally {
    await stop();
  }
}

describe('the same DDL on every supported version', () => {
  it('gives the same report on all versions, except for view definitions before PostgreSQL 16', async (context) => {
    const texts = new Map<number, string>();
    for (const major of majors()) {
      const result = await reportOf(major);
      if ('unavailable' in result) return context.skip(`PostgreSQL ${major}: ${result.unavailable}`);
      texts.set(major, result.text);
    }
    for (const [major, text] of texts) expect.soft(text, `${major}`).toBe(texts.get(major < 16 ? 14 : 18));
    expect(withoutFences(texts.get(14))).toBe(withoutFences(texts.get(18)));
  });
});

const withoutFences = (text = '') => text.replace(/```sql[^]*?```/g, '```sql```');
