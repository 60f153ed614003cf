import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { program } from './programs.js';

/** Where packagers put each major version: the folder above, the form of its subfolders, and the rest. */
const layouts: readonly (readonly [string, RegExp, string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'], // Debian, Ubuntu
  ['/usr', /^pgsql-\d+$/, 'bin'], // the PostgreSQL project's RPMs
  ['/usr/libexec', /^postgresql\d+$/, ''], // Alpine
  ['/opt/homebrew/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/usr/local/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/home/linuxbrew/.linuxbrew/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/Applications/Postgres.app/Contents/Versions', /^\d+$/, 'bin'],
  ['/usr/local', /^pgsql$/, 'bin'], // PostgreSQL's own default
  [path.join(process.env.ProgramFiles ?? 'C:\\Program Files', 'PostgreSQL'), /^\d+$/, 'bin'],
];

/** The folders of installed server binaries, each once: the packagers' (newest first), then `PATH`. */
export function* installedFolders(): Generator<string> {
  const seen = new Set<string>();
  for (const folder of [...packaged(), ...(process.env.PATH ?? '').split(path.delimiter)]) {
    const bin = serverFolder(folder);
    if (bin === undefined || seen.has(bin)) continue;
    seen.add(bin);
    yield bin;
  }
}

function packaged(): string[] {
  return layouts.flatMap(([above, form, below]) =>
    subfolders(above)
      .filter((name) => form.test(name))
      .sort((a, b) => majorIn(b) - majorIn(a))
      .map((name) => path.join(above, name, below)),
  );
}

function majorIn(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The real folder, if it contains `postgres` and `initdb`. The folders of `PATH` often contain only links. */
function serverFolder(folder: string): string | undefined {
  if (!path.isAbsolute(folder) || !existsSync(program(folder, 'postgres'))) return undefined;
  const bin = path.dirname(realpathSync(program(folder, 'postgres')));
  return existsSync(program(bin, 'postgres')) && existsSync(program(bin, 'initdb')) ? bin : undefined;
}
