import { Chalk } from 'chalk';
import type { TextOptions } from '../../reporters/formatting/error-text.js';
import type { HostProcess } from '../host-process.js';
import type { Streams } from './streams.js';

/** How text for people looks on a stream: in its colours, and as wide as its terminal. */
export function textOptionsFor(
  to: 'stdout' | 'stderr',
  { host, streams }: { readonly host: HostProcess; readonly streams: Streams },
): TextOptions {
  const { isTTY = false, columns = 0 } = host[to];
  return {
    chalk: to === 'stdout' ? streams.outChalk : streams.errChalk,
    cwd: host.cwd(),
    // A terminal that does not know its width says 0.
    ...(isTTY && columns > 0 && { columns }),
  };
}

/** How it looks in a file. */
export const textOptionsInFile = (cwd: string): TextOptions => ({ chalk: new Chalk({ level: 0 }), cwd });
