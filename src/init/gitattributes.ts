import path from 'node:path';
import type { Place } from './detect-project.js';
import { appended, planned, textOf, type PlannedFile } from './planned-file.js';

const LINE = 'report*.sql.md text eol=lf diff=markdown';

/** Reports keep their line ends on every system, and their diffs name the nearest heading. */
export async function planGitattributes({ repository }: Place): Promise<PlannedFile | undefined> {
  const before = await textOf(repository, '.gitattributes');
  if (before?.split(/\r?\n/).includes(LINE)) return undefined;
  const text = appended(before ?? '', `${LINE}\n`);
  return planned(path.join(repository, '.gitattributes'), "reports' line ends and diffs", text, before);
}
