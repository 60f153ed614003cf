import { detect } from 'package-manager-detector';

export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** How each package manager runs driftmark in a project that has it as a dependency. */
export const INVOCATIONS: Readonly<Record<PackageManagerName, string>> = {
  npm: 'npx driftmark',
  pnpm: 'pnpm exec driftmark',
  yarn: 'yarn driftmark',
  bun: 'bunx driftmark',
};

/** The same without a project: the package manager downloads driftmark. */
const DOWNLOADS: Readonly<Record<PackageManagerName, string>> = {
  ...INVOCATIONS,
  pnpm: 'pnpm dlx driftmark',
  yarn: 'yarn dlx driftmark',
};

/** `pnpm@6` and `yarn@berry` are versions of pnpm and Yarn. Deno runs packages of npm. */
export const managerOf = (agent: string): PackageManagerName =>
  (['pnpm', 'yarn', 'bun'] as const).find((name) => agent.startsWith(name)) ?? 'npm';

/**
 * How driftmark is run in a folder, such as `npx driftmark`: by the package manager of the lock file or of the
 * package.json, at or above the folder.
 * @param userAgent The variable `npm_config_user_agent`: the package manager that started driftmark. It decides if the
 * files do not.
 */
export async function invocationIn(dir: string, userAgent = ''): Promise<string> {
  const found = await detect({ cwd: dir }).catch(() => null);
  return found ? INVOCATIONS[managerOf(found.agent)] : DOWNLOADS[managerOf(userAgent)];
}
