#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Most of what runs does so for a second only: code that was optimized for it takes megabytes, and so does room for what
// lives for a moment. Both pay for the large schemas of live databases.
if (!process.argv.some((word) => /^(--live|--urls?\b|postgres)/.test(word)))
  setFlagsFromString('--interrupt-budget=1000000 --semi-space-growth-factor=1');
const { run } = await import('../dist/command/run.js');

await run(process);
