#!/usr/bin/env node
// This file must parse on Node 12, so that an old Node prints the message below instead of a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number);
const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (isSupported) {
  const { setFlagsFromString } = require('node:v8');
  // Node 20 and 22 optimize functions early: for a run of a second, that costs more time than it saves.
  if (major === 20) setFlagsFromString('--interrupt-budget=1000000');
  if (major === 22) setFlagsFromString('--invocation-count-for-turbofan=12000');
  // The space for new objects would grow to half of the heap. Only longer runs gain time by that.
  setFlagsFromString('--semi-space-growth-factor=1');
  setTimeout(() => setFlagsFromString('--semi-space-growth-factor=2'), 2000).unref();
  require('../dist/command/start.js').start(process);
} else {
  const needed = major < 21 ? '20.19' : '22.12';
  process.stderr.write(`error: driftmark needs Node ${needed} or newer (this is ${process.versions.node})\n`);
  process.exitCode = 1;
}
