import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseCommitted, readCommitted, readReplaceable } from '#src/project/committed-report.js';
import { inFolder } from '../support/folders.js';

const FULL = await readFile('fixtures/stories/in-sync/report.sql.md', 'utf8');
const BACKSTAGE = await readFile('fixtures/auth/report.sql.md', 'utf8');
const CONFLICT = '<<<<<<< HEAD\n=======\n>>>>>>> other\n';

describe('a committed report', () => {
  it('may begin with a byte order mark and have CRLF: it is read all the same', () => {
    const saved = parseCommitted(`\ufeff${FULL.replaceAll('\n', '\r\n')}`);
    expect(saved).toMatchObject({ type: 'report', text: `\ufeff${FULL}` });
    expect(saved.type === 'report' && saved.report).toEqual(
      (parseCommitted(FULL) as { report: unknown }).report,
    );
  });

  it.each([
    { of: 'an empty file', text: '', format: 'full', says: 'expected the heading "## SQL Report file for' },
    {
      of: 'another page',
      text: 'Notes\n=====\n',
      format: 'full',
      says: 'expected the heading "## SQL Report file for',
    },
    { of: 'a conflict', text: FULL + CONFLICT, format: 'full', says: 'conflict markers' },
    {
      of: 'a lost marker',
      text: FULL.replace(/^<!-- driftmark .*\n\n/m, ''),
      format: 'full',
      says: 'unexpected text',
    },
    { of: 'a conflict', text: BACKSTAGE + CONFLICT, format: 'backstage', says: 'conflict markers' },
  ])('that cannot be read for $of is made again in the format $format', ({ text, format, says }) => {
    expect(parseCommitted(text)).toMatchObject({
      type: 'unreadable',
      format,
      problem: { message: expect.stringContaining(says) as string },
    });
  });

  it('is not replaced if it is a page that quotes a report', async () => {
    await inFolder(async (dir) => {
      const file = path.join(dir, 'notes.md');
      await writeFile(file, `# Notes\n\n\`\`\`markdown\n${FULL}\`\`\`\n\nOther text.\n`);
      await expect(readReplaceable(file)).rejects.toMatchObject({ code: 'report-invalid' });
      // A report whose first line was edited, or is in a conflict.
      for (const text of [
        FULL.replace('## SQL', '## My'),
        `<<<<<<< HEAD\n${FULL}=======\n${FULL}>>>>>>> a\n`,
      ]) {
        await writeFile(file, text);
        expect(await readReplaceable(file)).toMatchObject({ type: 'unreadable' });
      }
    });
  });

  it.skipIf(process.platform === 'win32')('is a file: nothing is waited for at a named pipe', async () => {
    await inFolder(async (dir) => {
      const pipe = path.join(dir, 'report.sql.md');
      await promisify(execFile)('mkfifo', [pipe]);
      await expect(readCommitted(pipe)).rejects.toMatchObject({
        code: 'file-failed',
        message: 'Could not read the report: not a regular file.',
      });
    });
  });
});
