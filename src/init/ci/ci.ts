import path from 'node:path';
import { planGitlabJob } from './gitlab.js';
import type { Project } from '../detect-project.js';
import { readText, type PlannedFile } from '../planned-file.js';
import { exists } from '../../util/fs.js';
import { planWorkflow } from './github-workflow.js';

const SYSTEMS = {
  github: { traces: '.github', plan: planWorkflow },
  gitlab: { traces: '.gitlab-ci.yml', plan: planGitlabJob },
} as const;

export type CiSystem = keyof typeof SYSTEMS;

/** The CI systems in use: those with files in the repository, and those of the hosts that git pushes to. */
export async function findCi({ repository }: Project): Promise<readonly CiSystem[]> {
  const hosts = remoteHosts((await readText(repository, '.git', 'config')) ?? '');
  const names = Object.keys(SYSTEMS) as CiSystem[];
  const hasTraces = await Promise.all(
    names.map((name) => exists(path.join(repository, SYSTEMS[name].traces))),
  );
  return names.filter(
    (name, at) => hasTraces[at] === true || hosts.some((host) => host.split('.').includes(name)),
  );
}

/** Plans a check in each CI system that has none yet. */
export async function planCi(
  project: Project,
  systems: readonly CiSystem[],
): Promise<readonly PlannedFile[]> {
  const files = await Promise.all(systems.map((name) => SYSTEMS[name].plan(project)));
  return files.filter((file) => file !== undefined);
}

/** The hosts in the URLs of a git config: `git@host:path`, `https://user@host:1234/path`. */
function remoteHosts(config: string): readonly string[] {
  const urls = config.matchAll(/^\s*url\s*=\s*(?:[a-z+]+:\/\/)?(?:[^@/\s]*@)?([^:/\s]+)[:/]/gm);
  return [...urls].map(([, host = '']) => host.toLowerCase());
}
