import path from 'node:path';
import type { Project } from './detect-project.js';
import { appendLines, plannedFile, readText, type PlannedFile } from './planned-file.js';

const LINE = 'report*.sql.md text eol=lf diff=markdown';

/** Reports keep their line ends on every system, and their diffs name the nearest heading. */
export async function planGitattributes({ repository }: Project): Promise<PlannedFile | undefined> {
  const before = await readText(repository, '.gitattributes');
  if (before?.split(/\r?\n/).includes(LINE)) return undefined;
  const text = appendLines(before ?? '', `${LINE}\n`);
  return plannedFile(path.join(repository, '.gitattributes'), "reports' line ends and diffs", text, before);
}
