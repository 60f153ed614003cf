#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Most of what is read lives for a moment only: without this, room for it grows to tens of megabytes.
setFlagsFromString('--semi-space-growth-factor=1');
const { run } = await import('../dist/cli/run.js');

await run(process);
