import { resolveConfig } from '../../config/config.js';
import type { SourceContext } from '../../operations/read-source.js';
import type { CommandContext } from '../context.js';
import type { CommonOptions } from '../options/common.js';
import { onScratchServer } from '../session.js';
import { noticesTo } from '../output/stderr.js';

/** What `show` and `diff` take, for their help. */
export const SOURCES = `Sources:
  migrations                  a migrations folder: applied to a scratch database
  report.sql.md               a report
  git:main:report.sql.md      a report at a git revision
  postgres://host/database    a database, which is only read; its password may be in PGPASSWORD`;

/** What `show` and `diff` need to read their sources. */
export async function sourceContext(options: CommonOptions, context: CommandContext): Promise<SourceContext> {
  const { host, streams, signal } = context;
  const config = await resolveConfig(options, host.env, host.cwd());
  return {
    config,
    env: host.env,
    signal,
    onScratchServer: (use) => onScratchServer(config, options, context, use),
    notice: noticesTo(streams.err, options, streams.errChalk),
  };
}
