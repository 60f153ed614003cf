import type { SourceContext } from '../../operations/sources/source.js';
import type { CommandContext } from '../context.js';
import type { Session } from '../session.js';

/** What `show` and `diff` accept, for their help. */
export const SOURCES = `Sources:
  migrations                  a migrations folder: applied to a scratch database
  report.sql.md               a report
  git:main:report.sql.md      a report at a git revision
  postgres://host/database    a database, read-only; its password may be in PGPASSWORD`;

/** What `show` and `diff` need to read their sources. */
export const sourceContextOf = (
  { config, notice, withScratchServer }: Session,
  { host, signal }: CommandContext,
): SourceContext => ({ config, env: host.env, signal, withScratchServer, notice });
