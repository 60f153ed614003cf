#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Most of what runs does so for a second only: code that was optimized for it takes megabytes.
setFlagsFromString('--interrupt-budget=1000000');
// And most of what is read lives for a moment only: room for it would grow to tens of megabytes, which pays for the
// large schemas of live databases.
if (!process.argv.some((word) => /^(--live|--urls?\b|postgres)/.test(word)))
  setFlagsFromString('--semi-space-growth-factor=1');
const { run } = await import('../dist/command/run.js');

await run(process);
