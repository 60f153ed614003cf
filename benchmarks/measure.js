import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** Runs a command to its end, and gives the seconds that it took. Throws, with all that it printed, where it fails. */
export async function secondsOf(command, args, cwd) {
  const began = performance.now();
  await run(command, args, cwd, () => undefined);
  return (performance.now() - began) / 1000;
}

/**
 * Runs a command to its end, and gives the most memory, in MB, that it and all processes below it held at one time.
 * A page that several share is counted once (`Pss` of proc(5)). Undefined where the system does not tell.
 */
export async function peakMemoryOf(command, args, cwd) {
  let peak = 0;
  let timer;
  await run(command, args, cwd, (pid) => {
    const look = () => {
      peak = Math.max(peak, memoryOf(familyOf(pid)));
    };
    timer = setInterval(look, 20);
  }).finally(() => clearInterval(timer));
  return peak === 0 ? undefined : peak / 1024;
}

/**
 * Runs a command to its end, and gives the most memory, in MB, that its own process held at one time (`VmHWM` of
 * proc(5)), without the processes below it. Undefined where the system does not tell.
 */
export async function memoryOfMain(command, args, cwd) {
  let peak = 0;
  let timer;
  await run(command, args, cwd, (pid) => {
    const look = () => {
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1] ?? 0));
    };
    timer = setInterval(look, 20);
  }).finally(() => clearInterval(timer));
  return peak === 0 ? undefined : peak / 1024;
}

async function run(command, args, cwd, started) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  started(child.pid);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${output}`);
}

/** A process and all below it. */
function familyOf(root) {
  const parents = new Map();
  for (const pid of entriesOf('/proc').filter((name) => /^\d+$/.test(name))) {
    // The name, in parentheses, may hold blanks.
    const parent = textOf(`/proc/${pid}/stat`)
      ?.replace(/^.*\) \S /s, '')
      .split(' ', 1)[0];
    if (parent !== undefined) parents.set(Number(pid), Number(parent));
  }
  const family = new Set([root]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return family;
}

function memoryOf(pids) {
  let kilobytes = 0;
  for (const pid of pids)
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);
  return kilobytes;
}

function entriesOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined for a process that has ended meanwhile. */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
