import { detect, resolveCommand, type Agent } from 'package-manager-detector';
import { findWorkspaces } from '../project/workspaces.js';
import { readText } from './planned-file.js';

export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Installs what the lock file says, where there is one: `npm ci`. */
  readonly install: string;
  /** Adds driftmark to the package; undefined where it is there. */
  readonly add: string | undefined;
}

/** What installs a package, going by its lock file and by what its package.json says. */
export async function findPackageManager(root: string, packageJson: string): Promise<PackageManager> {
  const found = await detect({ cwd: root });
  const locked = await detect({ cwd: root, strategies: ['lockfile'] });
  const agent = found?.agent === 'yarn' && (await isBerry(root)) ? 'yarn@berry' : (found?.agent ?? 'npm');
  const name = (['pnpm', 'yarn', 'bun'] as const).find((each) => agent.startsWith(each)) ?? 'npm';
  const isThere = /"driftmark"\s*:\s*"/.test(packageJson);
  return {
    name,
    install: commandOf(agent, locked === null ? 'install' : 'frozen'),
    add: isThere
      ? undefined
      : commandOf(
          agent,
          'add',
          ...((await findWorkspaces(root)) ? (AT_ROOT[agent] ?? []) : []),
          '-D',
          'driftmark',
        ),
  };
}

/** These refuse to add to the root of a workspace unless that is what is meant. */
const AT_ROOT: Partial<Readonly<Record<Agent, readonly string[]>>> = {
  pnpm: ['-w'],
  'pnpm@6': ['-w'],
  yarn: ['-W'],
};

/** Yarn 2 and later, where package.json does not say so: their settings, or their lock file. */
async function isBerry(root: string): Promise<boolean> {
  const [settings, lock] = await Promise.all([readText(root, '.yarnrc.yml'), readText(root, 'yarn.lock')]);
  return settings !== undefined || lock?.includes('__metadata:') === true;
}

function commandOf(agent: Agent, name: 'frozen' | 'install' | 'add', ...args: string[]): string {
  // Deno has no frozen install; its packages are npm's.
  const resolved = resolveCommand(agent === 'deno' ? 'npm' : agent, name, args);
  return resolved ? [resolved.command, ...resolved.args].join(' ') : 'npm ci';
}
