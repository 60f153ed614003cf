import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** Runs a command and returns its duration in seconds. If it fails, throws an error with its output. */
export async function secondsOf(command, args, cwd) {
  const began = performance.now();
  await run(command, args, cwd, () => undefined);
  return (performance.now() - began) / 1000;
}

/**
 * Runs a command and returns the peak memory, in MB, of its process and all processes below it together.
 * A page that several processes share is counted once (`Pss` in proc(5)). Undefined if the system does not report it.
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
 * Runs a command and returns the peak memory, in MB, of its process (`VmHWM` in proc(5)), without the processes below
 * it. Undefined if the system does not report it.
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

/**
 * The processor time, in seconds, of a process and of all processes below it, including those that have ended (proc(5)).
 * Zero if the system does not report it.
 */
export function processorSecondsOf(pid) {
  // The name, in parentheses, may contain spaces. Times are in ticks: utime, stime, and those of ended children.
  const times = (each) =>
    textOf(`/proc/${each}/stat`)
      ?.replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15) ?? [];
  let ticks = 0;
  for (const each of familyOf(pid)) for (const time of times(each)) ticks += Number(time);
  return ticks / TICKS_PER_SECOND;
}

/** The kernel's unit for programs, whatever its own is. */
const TICKS_PER_SECOND = 100;

/**
 * What the measured commands may see. Settings of Node would be measured with them: NODE_EXTRA_CA_CERTS alone makes each
 * Node process read all certificates when it starts (50 ms, and several MB).
 */
const environment = ({ PATH, HOME, TMPDIR, DRIFTMARK_CACHE_DIR }) => ({
  PATH,
  HOME,
  TMPDIR,
  DRIFTMARK_CACHE_DIR,
});

async function run(command, args, cwd, started) {
  const child = spawn(command, args, {
    cwd,
    env: environment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  started(child.pid);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${output}`);
}

/** A process and all processes below it. */
function familyOf(root) {
  const parents = new Map();
  for (const pid of entriesOf('/proc').filter((name) => /^\d+$/.test(name))) {
    // The name, in parentheses, may contain spaces.
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

/** Undefined if the process has ended. */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
