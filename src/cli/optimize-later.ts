import { setFlagsFromString } from 'node:v8';

/** What makes each major version of Node compile a function later than by default. Others wait long enough. */
const FLAGS: Readonly<Record<string, string>> = {
  20: '--interrupt-budget=1000000',
  22: '--invocation-count-for-turbofan=12000',
};

/**
 * Makes V8 optimize only functions that run very often. A command takes about a second, and the compiler for hot
 * functions, a thread of its own, would need a third of the processor time: time that the PostgreSQL server needs.
 */
export function optimizeLater(nodeVersion: string): void {
  const flag = FLAGS[nodeVersion.split('.')[0] ?? ''];
  if (flag !== undefined) setFlagsFromString(flag);
}
