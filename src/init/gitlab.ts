import path from 'node:path';
import { parse } from 'yaml';
import { fromRepository, type Place } from './place.js';
import { appended, planned, textOf, type PlannedFile } from './planned-file.js';

const FILE = '.gitlab-ci.yml';

/** A GitLab job that checks every push; none where the file names driftmark already. */
export async function planGitlabJob(place: Place): Promise<PlannedFile | undefined> {
  const before = await textOf(place.repository, FILE);
  if (before?.includes('driftmark')) return undefined;
  const text = appended(before ?? '', `${before ? '\n' : ''}${job(place, stagesOf(before))}`);
  return planned(path.join(place.repository, FILE), 'a check of every push', text, before);
}

/** The job runs in the stage `test`, which is there unless the file names its own stages. */
function job(place: Place, stages: readonly unknown[]): string {
  const { packageManager, driftmark } = place;
  const stage = stages.length === 0 || stages.includes('test') ? [] : [`  stage: ${String(stages[0])}`];
  const script = [
    ...(packageManager && packageManager.name !== 'npm' ? ['corepack enable'] : []),
    ...(packageManager ? [packageManager.install] : []),
    `${driftmark} check`,
  ];
  return [
    'driftmark:',
    ...stage,
    '  image: node:22',
    '  script:',
    ...script.map((command) => `    - ${fromRepository(place, command)}`),
    '',
  ].join('\n');
}

function stagesOf(text: string | undefined): readonly unknown[] {
  // Tags such as `!reference` are GitLab's own.
  const { stages } = (parse(text ?? '', { logLevel: 'silent' }) ?? {}) as { readonly stages?: unknown };
  return Array.isArray(stages) ? (stages as readonly unknown[]) : [];
}
