import { clearLine, cursorTo } from 'node:readline';
import type { BuildEnvironment } from '../build/environment.js';
import type { HostProcess } from './process.js';

/** One line on a terminal's stderr that says what is going on; nothing in a pipe, in CI or with `--quiet`. */
export interface Progress {
  readonly tell: NonNullable<BuildEnvironment['progress']>;
  readonly clear: () => void;
}

const PATIENCE_MS = 300;

export function progressOn({ stderr, env }: HostProcess, { quiet }: { readonly quiet?: boolean }): Progress {
  const isShown = stderr.isTTY === true && quiet !== true && (env.CI ?? '') === '' && env.TERM !== 'dumb';
  if (!isShown) return { tell: () => undefined, clear: () => undefined };
  const began = performance.now();
  let isThere = false;
  const clear = (): void => {
    if (!isThere) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
    isThere = false;
  };
  return {
    clear,
    tell: ({ target, done, of, what }) => {
      const elapsed = performance.now() - began;
      if (elapsed < PATIENCE_MS) return;
      clear();
      stderr.write(`${target}   migration ${done} of ${of}, ${what} (${(elapsed / 1000).toFixed(1)} s)`);
      isThere = true;
    },
  };
}
