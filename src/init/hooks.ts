import path from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { DriftmarkError } from '../errors.js';
import { exists } from '../util/fs.js';
import { reasonOf } from '../util/system-error.js';
import { fromRepository, type Project } from './detect-project.js';
import { appendToList } from './yaml-list.js';
import { appendLines, plannedFile, readText, type PlannedFile } from './planned-file.js';

const PURPOSE = 'check before each commit';

/** A program that runs commands before a commit. */
interface HookManager {
  /** Its configuration file, relative to the repository; undefined if it is not in use. */
  readonly find: (repository: string) => Promise<string | undefined>;
  /** The text of the file with a command added. */
  readonly change: (before: string, command: string) => string;
}

const firstOf =
  (...names: readonly string[]) =>
  async (repository: string): Promise<string | undefined> => {
    const texts = await Promise.all(names.map((name) => readText(repository, name)));
    return names.find((_, at) => texts[at] !== undefined);
  };

/** The first one in use gets the hook. */
const HOOK_MANAGERS: Readonly<Record<string, HookManager>> = {
  husky: {
    find: async (repository) =>
      (await exists(path.join(repository, '.husky'))) ? path.join('.husky', 'pre-commit') : undefined,
    change: (before, command) => appendLines(before, `${command}\n`),
  },
  lefthook: {
    find: firstOf('lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml'),
    change: (before, run) =>
      appendToList(before, ['pre-commit', 'jobs'], { name: 'driftmark', run }) ??
      changed(before, (document) => {
        if (document.hasIn(['pre-commit', 'jobs']))
          document.addIn(['pre-commit', 'jobs'], document.createNode({ name: 'driftmark', run }));
        else document.setIn(['pre-commit', 'commands', 'driftmark'], document.createNode({ run }));
      }),
  },
  'pre-commit': {
    find: firstOf('.pre-commit-config.yaml', '.pre-commit-config.yml'),
    change: (before, command) => {
      const hook = {
        id: 'driftmark',
        name: 'driftmark',
        // pre-commit runs a program, not a shell command.
        entry: command.startsWith('(') ? `sh -c ${JSON.stringify(command)}` : command,
        language: 'system',
        pass_filenames: false,
      };
      const repo = { repo: 'local', hooks: [hook] };
      return (
        appendToList(before, ['repos'], repo) ??
        changed(before, (document) => {
          if (document.hasIn(['repos'])) document.addIn(['repos'], document.createNode(repo));
          else document.setIn(['repos'], [repo]);
        })
      );
    },
  },
};

/** The hook manager in use, and its configuration file, relative to the repository. */
export interface FoundHookManager {
  /** `husky`, `lefthook` or `pre-commit`. */
  readonly name: string;
  readonly file: string;
}

export async function findHookManager({ repository }: Project): Promise<FoundHookManager | undefined> {
  for (const [name, { find }] of Object.entries(HOOK_MANAGERS)) {
    const file = await find(repository);
    if (file !== undefined) return { name, file };
  }
  return undefined;
}

/** Plans a check before each commit; undefined if the hook manager runs driftmark already. */
export async function planHook(
  project: Project,
  { name, file: relative }: FoundHookManager,
): Promise<PlannedFile | undefined> {
  // A commit that changes no target takes no time, so the hook needs no list of files.
  const command = fromRepository(project, `${project.hookCommand} check --quiet --changed-since HEAD`);
  const file = path.join(project.repository, relative);
  const before = await readText(project.repository, relative);
  if (before?.includes('driftmark')) return undefined;
  const text = attempt(file, () => HOOK_MANAGERS[name]?.change(before ?? '', command) ?? '');
  return plannedFile(file, PURPOSE, text, before);
}

function attempt(file: string, change: () => string): string {
  try {
    return change();
  } catch (error) {
    throw new DriftmarkError('file-failed', `Could not parse the YAML: ${reasonOf(error)}`, {
      place: { file },
      remedy: 'Fix the syntax of the file, then run `npx driftmark init` again.',
      cause: error,
    });
  }
}

function changed(before: string, change: (document: Document) => void): string {
  const document = parseDocument(before);
  change(document);
  return document.toString({ lineWidth: 0 });
}
