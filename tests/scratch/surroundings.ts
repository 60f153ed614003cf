import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect } from 'vitest';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import type { ScratchOptions } from '#src/scratch/scratch.js';

export const projectDir = fileURLToPath(new URL('../..', import.meta.url));
export const isRoot = process.geteuid?.() === 0;

/** Folders of a test's own for temporary files and for the cache, so that what is left can be listed. */
export interface Surroundings {
  readonly temporary: string;
  readonly cache: string;
  readonly options: ScratchOptions;
  readonly notices: string[];
  readonly remove: () => void;
}

/** Makes them, with the usual rights of system folders, and points this process to them. */
export function makeSurroundings(): Surroundings {
  const temporary = makeFolder('dm-tmp-', 0o1777);
  const cache = makeFolder('dm-cache-', 0o755);
  const before = { TMPDIR: process.env.TMPDIR, DRIFTMARK_CACHE_DIR: process.env.DRIFTMARK_CACHE_DIR };
  Object.assign(process.env, { TMPDIR: temporary, DRIFTMARK_CACHE_DIR: cache });
  const notices: string[] = [];
  return {
    temporary,
    cache,
    notices,
    options: { engine: 'embedded', projectDir, notice: (text) => notices.push(text) },
    remove: () => {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      for (const folder of [temporary, cache]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The system's own, before any test chooses another. */
const base = tmpdir();

/** A fresh folder with these rights. */
export function makeFolder(prefix: string, mode: number): string {
  const folder = mkdtempSync(path.join(base, prefix));
  chmodSync(folder, mode);
  return folder;
}

/** The run folders and the processes that still belong to these surroundings. */
export function remains({ temporary }: Surroundings): string[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`${temporary}/`) && !/^\s*\d+\s+Z/.test(line));
  return [...readdirSync(temporary), ...processes];
}

/** Waits up to ten seconds until nothing remains. */
export async function gone(surroundings: Surroundings): Promise<string[]> {
  for (let wait = 0; wait < 100 && remains(surroundings).length > 0; wait += 1) await sleep(100);
  return remains(surroundings);
}

/** Fails where anything remains after ten seconds; removes it, so that only one test fails for it. */
export async function nothingRemains(surroundings: Surroundings): Promise<void> {
  const left = await gone(surroundings);
  for (const name of readdirSync(surroundings.temporary))
    rmSync(path.join(surroundings.temporary, name), { recursive: true, force: true });
  expect(left).toEqual([]);
}

/** Runs statements on a database, each on its own, and returns the rows of the last. */
export async function query(
  connection: ConnectionSettings,
  ...statements: readonly string[]
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** A Node process that uses the scratch server in its own way. */
export interface Program {
  readonly process: ChildProcess;
  /** Its stdout until it has printed a line. */
  readonly firstLine: Promise<string>;
  /** Exit code or signal, and all it printed. */
  readonly end: Promise<{ readonly code: number | string | null; readonly output: string }>;
}

interface ProgramOptions {
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Command and arguments before `node`. */
  readonly through?: readonly string[];
  /** In a process group of its own. */
  readonly detached?: boolean;
  /** Further options of the scratch server. */
  readonly scratch?: Partial<ScratchOptions>;
}

/**
 * Runs `body` in a process of its own, within the scope of a server: `server`, `print` and the abort
 * controller `abort` are in reach. What is thrown is printed as JSON.
 */
export function program(
  body: string,
  { uid, env, through = [], detached = false, scratch }: ProgramOptions = {},
): Program {
  const module = new URL('../../dist/scratch/scratch.js', import.meta.url).href;
  const code = `
    import { withScratchServer } from ${JSON.stringify(module)};
    const abort = new AbortController();
    const print = (value) => { process.stdout.write(JSON.stringify(value) + '\\n'); };
    const options = ${JSON.stringify({ engine: 'embedded', projectDir, ...scratch })};
    try {
      await withScratchServer({ ...options, signal: abort.signal, notice: (notice) => print({ notice }) },
        async (server) => { ${body} });
    } catch (error) {
      print({ code: error.code, message: error.message, remedy: error.remedy, details: error.details });
    }`;
  const [command, ...rest] = [...through, process.execPath, '--input-type=module', '-e', code];
  const child = spawn(command, rest, {
    cwd: '/',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let output = '';
  const firstLine = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('\n')) resolve(output.slice(0, output.indexOf('\n')));
      });
    }
    child.once('close', () => {
      resolve(output);
    });
  });
  const end = new Promise<{ code: number | string | null; output: string }>((resolve) => {
    child.once('close', (status, signal) => {
      resolve({ code: status ?? signal, output });
    });
  });
  return { process: child, firstLine, end };
}
