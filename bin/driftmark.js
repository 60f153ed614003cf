#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Most of what is read lives for a moment only: without this, room for it grows to tens of megabytes.
setFlagsFromString('--semi-space-growth-factor=1');
// And most of what runs does so for a second only: code that was optimized for it takes megabytes as well.
setFlagsFromString('--interrupt-budget=1000000');
const { run } = await import('../dist/command/run.js');

await run(process);
