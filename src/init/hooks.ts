import { access } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { fromRepository, type Place } from './place.js';
import { appended, planned, textOf, type PlannedFile } from './planned-file.js';

const PURPOSE = 'a check before each commit';
/** Only what the commit is about. */
const CHANGED = 'check --quiet --changed-since HEAD';
const FILES = '{migrations/**,report*.sql.md}';

/** Who runs what before a commit. */
interface HookManager {
  /** The file, relative to the repository, that it is set up in; undefined where it is not in use. */
  readonly find: (repository: string) => Promise<string | undefined>;
  /** What the file is to say. */
  readonly change: (before: string, place: Place) => string;
}

const firstOf =
  (...names: readonly string[]) =>
  async (repository: string): Promise<string | undefined> => {
    const texts = await Promise.all(names.map((name) => textOf(repository, name)));
    return names.find((_, at) => texts[at] !== undefined);
  };

/** In the order in which they are looked for: what is run by another one comes first. */
const HOOK_MANAGERS: Readonly<Record<string, HookManager>> = {
  'lint-staged': {
    find: async (repository) => {
      const text = await textOf(repository, 'package.json');
      const isThere = text !== undefined && 'lint-staged' in (JSON.parse(text) as object);
      return isThere ? 'package.json' : firstOf('.lintstagedrc.json')(repository);
    },
    change: (before, { driftmark }) => {
      const config = JSON.parse(before) as Record<string, unknown>;
      if (JSON.stringify(config['lint-staged'] ?? config).includes('driftmark check')) return before;
      const task = { [`**/${FILES}`]: `${driftmark} check --quiet` };
      const changed =
        'lint-staged' in config
          ? { ...config, 'lint-staged': { ...(config['lint-staged'] as object), ...task } }
          : { ...config, ...task };
      const indent = /^[ \t]+/m.exec(before)?.[0] ?? '  ';
      return `${JSON.stringify(changed, null, indent)}\n`;
    },
  },
  husky: {
    find: async (repository) => {
      const isThere = await access(path.join(repository, '.husky')).then(
        () => true,
        () => false,
      );
      return isThere ? path.join('.husky', 'pre-commit') : undefined;
    },
    change: (before, place) =>
      appended(before, `${fromRepository(place, `${place.driftmark} ${CHANGED}`)}\n`),
  },
  lefthook: {
    find: firstOf('lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml'),
    change: (before, place) =>
      changed(before, (document) => {
        const task = { glob: `**/${FILES}`, run: fromRepository(place, `${place.driftmark} ${CHANGED}`) };
        if (document.hasIn(['pre-commit', 'jobs']))
          document.addIn(['pre-commit', 'jobs'], document.createNode({ name: 'driftmark', ...task }));
        else document.setIn(['pre-commit', 'commands', 'driftmark'], document.createNode(task));
      }),
  },
  'pre-commit': {
    find: firstOf('.pre-commit-config.yaml', '.pre-commit-config.yml'),
    change: (before, place) =>
      changed(before, (document) => {
        const entry = fromRepository(place, `${place.driftmark} ${CHANGED}`);
        const hook = {
          id: 'driftmark',
          name: 'driftmark',
          entry: entry.startsWith('cd ') ? `sh -c ${JSON.stringify(entry)}` : entry,
          language: 'system',
          files: '(^|/)(migrations/|report[^/]*\\.sql\\.md$)',
          pass_filenames: false,
        };
        const repo = document.createNode({ repo: 'local', hooks: [hook] });
        if (document.hasIn(['repos'])) document.addIn(['repos'], repo);
        else document.setIn(['repos'], [repo]);
      }),
  },
};

/** A check before each commit, by the hook manager that is in use; none where there is none, or where it checks already. */
export async function planHook(place: Place): Promise<PlannedFile | undefined> {
  for (const { find, change } of Object.values(HOOK_MANAGERS)) {
    const name = await find(place.repository);
    if (name === undefined) continue;
    const before = await textOf(place.repository, name);
    const isDone = name !== 'package.json' && before?.includes('driftmark');
    const text = isDone ? before : change(before ?? '', place);
    return text === before
      ? undefined
      : planned(path.join(place.repository, name), PURPOSE, text ?? '', before);
  }
  return undefined;
}

function changed(before: string, change: (document: Document) => void): string {
  const document = parseDocument(before);
  change(document);
  return document.toString({ lineWidth: 0 });
}
