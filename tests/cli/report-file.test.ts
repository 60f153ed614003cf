import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { writeFiles } from '../support/repository.js';

const NEWER = '## SQL Report file for "shop"\n<!-- driftmark format=9 -->\n';

/** Files that must survive every command, because they are not reports that this driftmark can write again. */
const KEPT = [
  { what: 'a file that is not a report', text: '# My schema notes\n', says: 'is not a driftmark report' },
  {
    what: 'a README with conflict markers',
    text: '<<<<<<< a\nx\n=======\n>>>>>>> b\n',
    says: 'is not a driftmark',
  },
  { what: 'a report of a newer format', text: NEWER, says: 'by a newer driftmark (report format 9)' },
  { what: 'a newer report with conflicts', text: `<<<<<<< a\n${NEWER}`, says: 'report format 9' },
];

describe.each(['check', 'update'])('%s', (command) => {
  it.each(KEPT)('exits 1 for $what, and leaves it alone', async ({ text, says }) => {
    await inFolder(async (cwd) => {
      await writeFiles(cwd, { 'migrations/1.sql': 'CREATE TABLE t (id int);', 'report.sql.md': text });
      const { code, stdout } = await driftmarkHere([command], { cwd });
      expect(stdout).toContain(says);
      expect(code).toBe(1);
      expect(stdout).not.toContain('driftmark update');
      expect(await readFile(path.join(cwd, 'report.sql.md'), 'utf8')).toBe(text);
    });
  });
});

it('update replaces an empty file, and a report with a line that was edited', async () => {
  await inFolder(async (cwd) => {
    await writeFiles(cwd, { 'migrations/1.sql': 'CREATE TABLE t (id int);', 'report.sql.md': '' });
    expect(await driftmarkHere(['update'], { cwd })).toMatchObject({ code: 0 });
    const report = await readFile(path.join(cwd, 'report.sql.md'), 'utf8');
    await writeFiles(cwd, { 'report.sql.md': report.replace('## SQL Report', '# My report') });
    expect(await driftmarkHere(['update'], { cwd })).toMatchObject({ code: 0 });
    expect(await readFile(path.join(cwd, 'report.sql.md'), 'utf8')).toBe(report);
  });
});
