import path from 'node:path';
import { glob } from 'tinyglobby';
import type { PackageManager } from '../package-manager.js';
import { belowRepository, type Project } from '../detect-project.js';
import { plannedFile, readText, type PlannedFile } from '../planned-file.js';

/** A GitHub workflow that checks every pull request; none where one names driftmark already. */
export async function planWorkflow(place: Project): Promise<PlannedFile | undefined> {
  const folder = path.join(place.repository, '.github', 'workflows');
  const files = await glob('*.{yml,yaml}', { cwd: folder }).catch(() => []);
  const texts = await Promise.all(files.map((file) => readText(folder, file)));
  if (texts.some((text) => text?.includes('driftmark'))) return undefined;
  return plannedFile(path.join(folder, 'driftmark.yml'), 'a check of every pull request', workflow(place));
}

function workflow(place: Project): string {
  const { packageManager, driftmark } = place;
  const below = belowRepository(place);
  const steps = [
    '- uses: actions/checkout@v6',
    ...(packageManager ? SETUP[packageManager.name] : []),
    '- uses: actions/setup-node@v6\n  with:\n    node-version: 22',
    ...(packageManager ? [`- run: ${packageManager.install}`] : []),
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

const SETUP: Readonly<Record<PackageManager['name'], readonly string[]>> = {
  npm: [],
  pnpm: ['- run: corepack enable'],
  yarn: ['- run: corepack enable'],
  bun: ['- uses: oven-sh/setup-bun@v2'],
};
