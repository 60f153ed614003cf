import path from 'node:path';
import { parseDocument } from 'yaml';
import { cdCommand, pathInRepository, type Project } from '../detect-project.js';
import type { PackageManager } from '../../project/package-manager.js';
import { appendLines, plannedFile, readText, type PlannedFile } from '../planned-file.js';

const FILE = '.gitlab-ci.yml';

/** A GitLab job that checks every push; undefined if the file names driftmark already. */
export async function planGitlabJob(project: Project): Promise<PlannedFile | undefined> {
  const before = await readText(project.repository, FILE);
  if (before?.includes('driftmark')) return undefined;
  const text = appendLines(before ?? '', `${before ? '\n' : ''}${job(project, stagesOf(before))}`);
  return plannedFile(path.join(project.repository, FILE), 'check every push', text, before);
}

/** The job runs in the stage `test`, which GitLab has unless the file lists its own stages. */
function job(project: Project, stages: readonly unknown[]): string {
  const { installs, driftmark, nodeMajor } = project;
  const below = pathInRepository(project, project.root);
  const stage = stages.length === 0 || stages.includes('test') ? [] : [`  stage: ${String(stages[0])}`];
  // One shell runs all lines, from the top of the repository.
  const script = [
    ...new Set(installs.flatMap(({ name }) => SETUP[name] ?? [])),
    ...installs.filter(({ dir }) => dir !== project.root).map((each) => installElsewhere(project, each)),
    ...(below === '' ? [] : [cdCommand(below)]),
    ...installs.filter(({ dir }) => dir === project.root).map(({ install }) => install),
    `${driftmark} check --reporter text --reporter junit --output-file ${JUNIT}`,
  ];
  return [
    'driftmark:',
    ...stage,
    `  image: node:${nodeMajor}`,
    '  script:',
    ...script.map((command) => `    - ${command}`),
    '  artifacts:',
    '    when: always',
    '    reports:',
    `      junit: ${JSON.stringify(path.posix.join(below, JUNIT))}`,
    '',
  ].join('\n');
}

function installElsewhere(project: Project, { install, dir }: PackageManager): string {
  const folder = pathInRepository(project, dir);
  return folder === '' ? install : `(${cdCommand(folder)} && ${install})`;
}

/** GitLab shows this file in the merge request. */
const JUNIT = 'driftmark.xml';

/** Commands for what the image lacks. */
const SETUP: Readonly<Partial<Record<PackageManager['name'], string>>> = {
  pnpm: 'corepack enable',
  yarn: 'corepack enable',
  bun: 'npm install --global bun',
};

function stagesOf(text: string | undefined): readonly unknown[] {
  // GitLab has YAML tags of its own, such as `!reference`.
  const { stages } = (parseDocument(text ?? '', { logLevel: 'silent' }).toJS() ?? {}) as {
    readonly stages?: unknown;
  };
  return Array.isArray(stages) ? (stages as readonly unknown[]) : [];
}
