import path from 'node:path';
import { glob } from 'tinyglobby';
import { pathInRepository, type Project } from '../detect-project.js';
import type { PackageManager } from '../../project/package-manager.js';
import { plannedFile, readText, type PlannedFile } from '../planned-file.js';

/** A GitHub workflow that checks every pull request; undefined if a workflow names driftmark already. */
export async function planWorkflow(project: Project): Promise<PlannedFile | undefined> {
  const folder = path.join(project.repository, '.github', 'workflows');
  const files = await glob('*.{yml,yaml}', { cwd: folder }).catch(() => []);
  const texts = await Promise.all(files.map((file) => readText(folder, file)));
  if (texts.some((text) => text?.includes('driftmark'))) return undefined;
  return plannedFile(path.join(folder, 'driftmark.yml'), 'check every pull request', workflow(project));
}

function workflow(project: Project): string {
  const { installs, driftmark, nodeMajor } = project;
  const below = pathInRepository(project, project.root);
  const steps = [
    '- uses: actions/checkout@v6',
    ...new Set(installs.flatMap(({ name }) => SETUP[name])),
    `- uses: actions/setup-node@v6\n  with:\n    node-version: ${nodeMajor}`,
    ...installs.map((each) => installStep(project, each)),
    `- run: ${driftmark} check`,
  ];
  return [
    'name: driftmark',
    '',
    'on:',
    '  pull_request:',
    '  push:',
    '    branches: [main, master]',
    '',
    'permissions:',
    '  contents: read',
    '',
    'jobs:',
    '  schema:',
    '    runs-on: ubuntu-latest',
    ...(below === ''
      ? []
      : ['    defaults:', '      run:', `        working-directory: ${JSON.stringify(below)}`]),
    '    steps:',
    ...steps.flatMap((step) => step.split('\n').map((line) => `      ${line}`)),
    '',
  ].join('\n');
}

/** Installs in the folder of the lock file, which the working directory of the job may not be. */
function installStep(project: Project, { install, dir }: PackageManager): string {
  if (dir === project.root) return `- run: ${install}`;
  const folder = pathInRepository(project, dir) || '.';
  return `- run: ${install}\n  working-directory: ${JSON.stringify(folder)}`;
}

const SETUP: Readonly<Record<PackageManager['name'], readonly string[]>> = {
  npm: [],
  pnpm: ['- run: corepack enable'],
  yarn: ['- run: corepack enable'],
  bun: ['- uses: oven-sh/setup-bun@v2'],
};
