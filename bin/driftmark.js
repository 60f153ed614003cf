#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

const isGiven = (pattern) => process.argv.some((word) => pattern.test(word));
// Most of what runs does so for a second only: code that was optimized for it takes megabytes, and so does room for what
// lives for a moment. Both pay for the large schemas of live databases.
if (!isGiven(/^(--live|--urls?\b|postgres)/)) {
  setFlagsFromString('--semi-space-growth-factor=1');
  // V8 has no such flag from 12 on (Node 22).
  if (Number.parseInt(process.versions.v8) < 12) setFlagsFromString('--interrupt-budget=1000000');
}
// Tenants are read some hundreds at a time: room for the next ones is where the last ones were.
else if (isGiven(/^--schema\b/)) setFlagsFromString('--heap-growing-percent=50');
const { run } = await import('../dist/command/run.js');

await run(process);
