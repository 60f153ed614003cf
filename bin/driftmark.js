#!/usr/bin/env node
// This file must parse on Node 12, so that an old Node prints the message below instead of a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number);
const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (isSupported) {
  const { setFlagsFromString } = require('node:v8');
  // Node 20 and 22 optimize functions early, and the space for new objects grows to half of the heap: for a run of a second,
  // both cost more than they save. A longer run gets what Node begins with.
  const flags = {
    'semi-space-growth-factor': [1, 2],
    ...(major === 20 && { 'interrupt-budget': [3000000, 67584] }),
    ...(major === 22 && { 'invocation-count-for-turbofan': [12000, 500] }),
  };
  const set = (at) =>
    Object.entries(flags).forEach(([name, values]) => setFlagsFromString(`--${name}=${values[at]}`));
  set(0);
  setTimeout(() => set(1), 2000).unref();
  // Compiled code that is kept for the next run depends on the flags.
  process.once('exit', () => set(0));
  require('../dist/command/start.js').start(process);
} else {
  const needed = major < 21 ? '20.19' : '22.12';
  process.stderr.write(`error: driftmark needs Node ${needed} or newer (this is ${process.versions.node})\n`);
  process.exitCode = 1;
}
