/**
 * Compares driftmark with the tool whose report format it can write. Both create the reports of the same packages:
 *
 *   node benchmarks/ancestor.js [--rounds 3] [auth|catalog|…]
 *
 * The two tools run in turn, so that other work on the machine affects both. Fails if their reports differ.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { peakMemoryOf, secondsOf } from './measure.js';
import { PACKAGES, workspace } from './workspace.js';

const bin = fileURLToPath(new URL('../bin/driftmark.js', import.meta.url));
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const cwd = await workspace();

const TOOLS = {
  ancestor: (folders) => [
    'node_modules/.bin/backstage-repo-tools',
    'api-reports',
    '--sql-reports',
    ...folders,
  ],
  driftmark: (folders) => [process.execPath, bin, 'update', '--report-format', 'backstage', ...folders],
};

const reportOf = (folder) => path.join(cwd, folder, 'report.sql.md');

/** Measures one run of a tool without existing reports. Returns the measurement and the reports. */
async function fromNothing(tool, folders, measure) {
  for (const folder of folders) rmSync(reportOf(folder), { force: true });
  const [command, ...args] = TOOLS[tool](folders);
  const measured = await measure(
    command.startsWith('node_modules') ? path.join(cwd, command) : command,
    args,
    cwd,
  );
  const missing = folders.find((folder) => !existsSync(reportOf(folder)));
  if (missing !== undefined) throw new Error(`${tool} wrote no report in ${missing}`);
  return { measured, reports: folders.map((folder) => readFileSync(reportOf(folder), 'utf8')) };
}

function assertSame(folders, ancestor, driftmark) {
  folders.forEach((folder, at) => {
    if (ancestor.reports[at] !== driftmark.reports[at]) throw new Error(`the reports of ${folder} differ`);
  });
}

const memoryText = (ancestor, driftmark) =>
  `${ancestor.toFixed(0)} MB, ${driftmark.toFixed(0)} MB: 1/${(ancestor / driftmark).toFixed(1)} of its memory`;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function compare(name, folders) {
  const seconds = { ancestor: [], driftmark: [] };
  const megabytes = { ancestor: [], driftmark: [] };
  for (let round = 0; round <= rounds; round++) {
    const ancestor = await fromNothing('ancestor', folders, secondsOf);
    const driftmark = await fromNothing('driftmark', folders, secondsOf);
    assertSame(folders, ancestor, driftmark);
    // The first round fills the caches for both tools.
    if (round === 0) continue;
    seconds.ancestor.push(ancestor.measured);
    seconds.driftmark.push(driftmark.measured);
  }
  // The ancestor's memory differs by a fifth between runs.
  for (let round = 0; round < rounds; round++)
    for (const tool of Object.keys(TOOLS))
      megabytes[tool].push((await fromNothing(tool, folders, peakMemoryOf)).measured);
  const [a, d] = [median(seconds.ancestor), median(seconds.driftmark)];
  const memory = megabytes.driftmark.includes(undefined)
    ? 'memory: not available on this system'
    : memoryText(median(megabytes.ancestor), median(megabytes.driftmark));
  console.log(
    `${name.padEnd(8)} ${a.toFixed(2)} s, ${d.toFixed(2)} s: ${(a / d).toFixed(1)} × its speed; ${memory}; same reports`,
  );
}

console.log(`ancestor, driftmark (medians of ${rounds} rounds)`);
const names = positionals.length > 0 ? positionals : Object.keys(PACKAGES);
for (const name of names) await compare(name, [`plugins/${name}`]);
if (names.length > 1)
  await compare(
    'together',
    names.map((name) => `plugins/${name}`),
  );
