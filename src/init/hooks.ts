import path from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { DriftmarkError } from '../errors.js';
import { exists } from '../util/fs.js';
import { fromRepository, type Project } from './detect-project.js';
import { appendLines, plannedFile, readText, type PlannedFile } from './planned-file.js';

const PURPOSE = 'a check before each commit';

/** Who runs what before a commit. */
interface HookManager {
  /** The file, relative to the repository, that it is set up in; undefined where it is not in use. */
  readonly find: (repository: string) => Promise<string | undefined>;
  /** What the file is to say, so that a command line is run. */
  readonly change: (before: string, command: string) => string;
}

const firstOf =
  (...names: readonly string[]) =>
  async (repository: string): Promise<string | undefined> => {
    const texts = await Promise.all(names.map((name) => readText(repository, name)));
    return names.find((_, at) => texts[at] !== undefined);
  };

/** In the order in which they are looked for. */
const HOOK_MANAGERS: Readonly<Record<string, HookManager>> = {
  husky: {
    find: async (repository) =>
      (await exists(path.join(repository, '.husky'))) ? path.join('.husky', 'pre-commit') : undefined,
    change: (before, command) => appendLines(before, `${command}\n`),
  },
  lefthook: {
    find: firstOf('lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml'),
    change: (before, run) =>
      changed(before, (document) => {
        if (document.hasIn(['pre-commit', 'jobs']))
          document.addIn(['pre-commit', 'jobs'], document.createNode({ name: 'driftmark', run }));
        else document.setIn(['pre-commit', 'commands', 'driftmark'], document.createNode({ run }));
      }),
  },
  'pre-commit': {
    find: firstOf('.pre-commit-config.yaml', '.pre-commit-config.yml'),
    change: (before, command) =>
      changed(before, (document) => {
        const hook = {
          id: 'driftmark',
          name: 'driftmark',
          // It runs a program, not a line of a shell.
          entry: command.startsWith('(') ? `sh -c ${JSON.stringify(command)}` : command,
          language: 'system',
          pass_filenames: false,
        };
        const repo = document.createNode({ repo: 'local', hooks: [hook] });
        if (document.hasIn(['repos'])) document.addIn(['repos'], repo);
        else document.setIn(['repos'], [repo]);
      }),
  },
};

/** A check before each commit, by the hook manager that is in use; none where there is none, or where it checks already. */
export async function planHook(place: Project): Promise<PlannedFile | undefined> {
  // What the commit is not about is left alone, which takes no time: no list of files has to say so.
  const command = fromRepository(place, `${place.driftmark} check --quiet --changed-since HEAD`);
  for (const { find, change } of Object.values(HOOK_MANAGERS)) {
    const name = await find(place.repository);
    if (name === undefined) continue;
    const file = path.join(place.repository, name);
    const before = await readText(place.repository, name);
    if (before?.includes('driftmark')) return undefined;
    const text = attempt(file, () => change(before ?? '', command));
    return plannedFile(file, PURPOSE, text, before);
  }
  return undefined;
}

function attempt(file: string, change: () => string): string {
  try {
    return change();
  } catch (error) {
    throw new DriftmarkError('file-failed', `The file could not be read: ${String(error)}`, {
      place: { file },
      remedy: 'Correct the file.',
      cause: error,
    });
  }
}

function changed(before: string, change: (document: Document) => void): string {
  const document = parseDocument(before);
  change(document);
  return document.toString({ lineWidth: 0 });
}
