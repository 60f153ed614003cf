import path from 'node:path';
import type { Project } from './detect-project.js';
import { appendLines, plannedFile, readText, type PlannedFile } from './planned-file.js';

const LINE = 'report*.sql.md text eol=lf diff=markdown';

/** Keeps LF line endings in reports on every system, and makes git diffs name the nearest heading. */
export async function planGitattributes({ repository }: Project): Promise<PlannedFile | undefined> {
  const before = await readText(repository, '.gitattributes');
  if (before?.split(/\r?\n/).includes(LINE)) return undefined;
  const text = appendLines(before ?? '', `${LINE}\n`);
  return plannedFile(
    path.join(repository, '.gitattributes'),
    'keep LF line endings, and name the table in git diffs',
    text,
    before,
  );
}
