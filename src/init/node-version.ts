import path from 'node:path';
import { readTextIfExists } from '../util/fs.js';

/** Major versions for CI if the project does not set one, in order of preference. */
const PREFERRED = [22, 24, 20, 26];
const OLDEST = 20;

/**
 * The Node major version for CI: that of .nvmrc, .node-version or .tool-versions, else one that `engines` allows.
 * @param folders Absolute paths, searched in this order.
 */
export async function nodeMajorFor(folders: readonly string[]): Promise<number> {
  for (const folder of new Set(folders)) {
    const pinned = (await pinnedIn(folder)) ?? (await allowedIn(folder));
    if (pinned !== undefined && pinned >= OLDEST) return pinned;
  }
  return PREFERRED[0] ?? OLDEST;
}

async function pinnedIn(folder: string): Promise<number | undefined> {
  for (const [file, pattern] of [
    ['.nvmrc', /^v?(\d+)/m],
    ['.node-version', /^v?(\d+)/m],
    ['.tool-versions', /^nodejs\s+(\d+)/m],
  ] as const) {
    const major = pattern.exec((await readTextIfExists(path.join(folder, file))) ?? '')?.[1];
    if (major !== undefined) return Number(major);
  }
  return undefined;
}

async function allowedIn(folder: string): Promise<number | undefined> {
  const text = await readTextIfExists(path.join(folder, 'package.json'));
  const range = /"engines"\s*:\s*\{[^}]*"node"\s*:\s*"([^"]+)"/.exec(text ?? '')?.[1];
  if (range === undefined) return undefined;
  return PREFERRED.find((major) => allows(range, major));
}

/** Whether a range such as `^20.19.0 || >=24` allows a release of a major version. */
function allows(range: string, major: number): boolean {
  return range.split('||').some((alternative) => {
    const between = /^\s*v?(\d+)\S*\s+-\s+v?(\d+)/.exec(alternative);
    if (between) return major >= Number(between[1]) && major <= Number(between[2]);
    const comparators = [...alternative.matchAll(/(>=|<=|>|<|\^|~|=)?\s*v?(\d+)(\S*)/g)];
    return comparators.every(([, operator, version = '', rest = '']) => {
      const stated = Number(version);
      if (operator === '>=' || operator === '>') return major >= stated;
      if (operator === '<=') return major <= stated;
      if (operator === '<') return major < stated || (major === stated && /[1-9]/.test(rest));
      return major === stated;
    });
  });
}
