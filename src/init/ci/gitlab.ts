import path from 'node:path';
import { parseDocument } from 'yaml';
import { belowRepository, cdCommand, type Project } from '../detect-project.js';
import { appendLines, plannedFile, readText, type PlannedFile } from '../planned-file.js';

const FILE = '.gitlab-ci.yml';

/** A GitLab job that checks every push; none where the file names driftmark already. */
export async function planGitlabJob(place: Project): Promise<PlannedFile | undefined> {
  const before = await readText(place.repository, FILE);
  if (before?.includes('driftmark')) return undefined;
  const text = appendLines(before ?? '', `${before ? '\n' : ''}${job(place, stagesOf(before))}`);
  return plannedFile(path.join(place.repository, FILE), 'a check of every push', text, before);
}

/** The job runs in the stage `test`, which is there unless the file names its own stages. */
function job(place: Project, stages: readonly unknown[]): string {
  const { packageManager, driftmark } = place;
  const stage = stages.length === 0 || stages.includes('test') ? [] : [`  stage: ${String(stages[0])}`];
  const change = cdCommand(place);
  // One shell runs all lines.
  const script = [
    ...(change === undefined ? [] : [change]),
    ...(packageManager && packageManager.name in SETUP ? [SETUP[packageManager.name]] : []),
    ...(packageManager ? [packageManager.install] : []),
    `${driftmark} check --reporter text --reporter junit --output-file ${JUNIT}`,
  ];
  return [
    'driftmark:',
    ...stage,
    '  image: node:22',
    '  script:',
    ...script.map((command) => `    - ${command}`),
    '  artifacts:',
    '    when: always',
    '    reports:',
    `      junit: ${JSON.stringify(path.posix.join(belowRepository(place), JUNIT))}`,
    '',
  ].join('\n');
}

/** GitLab shows it beside the merge request. */
const JUNIT = 'driftmark.xml';

/** What the image lacks. */
const SETUP: Readonly<Partial<Record<string, string>>> = {
  pnpm: 'corepack enable',
  yarn: 'corepack enable',
  bun: 'npm install --global bun',
};

function stagesOf(text: string | undefined): readonly unknown[] {
  // Tags such as `!reference` are GitLab's own.
  const { stages } = (parseDocument(text ?? '', { logLevel: 'silent' }).toJS() ?? {}) as {
    readonly stages?: unknown;
  };
  return Array.isArray(stages) ? (stages as readonly unknown[]) : [];
}
