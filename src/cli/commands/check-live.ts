import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DriftmarkError } from '../../errors.js';
import { checkLive } from '../../operations/check-live/check-live.js';
import { configuredDatabases, databasesAt, type GivenUrl } from '../../operations/check-live/databases.js';
import { selectTargets } from '../../operations/select-targets.js';
import type { CommandContext } from '../context.js';
import type { OutputOptions, ReporterOptions, SettingOptions } from '../options/common.js';
import { policyOf, type FailOptions } from '../options/fail.js';
import type { LiveOptions } from '../options/live.js';
import type { TargetOptions } from '../options/target.js';
import { nothingChangedMessage } from '../run-targets.js';
import { withReporting } from '../session.js';

type CheckLiveOptions = SettingOptions &
  OutputOptions &
  TargetOptions &
  ReporterOptions &
  FailOptions &
  LiveOptions;

/** Compares live databases with the reports of their targets, and reports each outcome. */
export function runLive(
  paths: readonly string[],
  options: CheckLiveOptions,
  context: CommandContext,
): Promise<void> {
  // For a live database, --schema does not change what the report covers.
  const { schema: schemas, ...others } = options;
  const { host, streams, signal } = context;
  return withReporting(
    others,
    context,
    async ({ config, progress, notice, withScratchServer }, loadReporting) => {
      const targets = await selectTargets(config, paths, options.changedSince);
      if (targets.length === 0) {
        streams.err(nothingChangedMessage(options));
        return { outcomes: [] };
      }
      const { connectTimeout, allowPending, retries } = options;
      const databases = options.live
        ? configuredDatabases(targets, host.env, connectTimeout)
        : [databasesAt(await givenUrls(options, context), targets, host.env, connectTimeout)];
      const reporting = await loadReporting();
      return checkLive({
        config,
        databases,
        schemas,
        policy: policyOf(options),
        allowPending,
        retries,
        withScratchServer,
        notice,
        signal,
        events: {
          onStart: (count) => {
            progress.expect(count, 'database');
          },
          onAttempt: progress.attempt,
          onOutcome: (outcome, fleet) => reporting.print(outcome, fleet),
          onEnd: progress.end,
        },
      });
    },
  );
}

/** The URLs of --url and --urls-from. */
async function givenUrls(
  { url = [], urlsFrom }: LiveOptions,
  context: CommandContext,
): Promise<readonly GivenUrl[]> {
  const given = url.map((each) => ({ url: each, place: '--url' }));
  return urlsFrom === undefined ? given : [...given, ...(await urlsIn(urlsFrom, context))];
}

/** The URLs of a file or of stdin: one per line. Empty lines, and lines that start with #, are ignored. */
async function urlsIn(from: string, { host, signal }: CommandContext): Promise<readonly GivenUrl[]> {
  const name = from === '-' ? 'stdin' : from;
  const content =
    from === '-'
      ? await text(addAbortSignal(signal, host.stdin))
      : await contentOf(path.resolve(host.cwd(), from));
  const urls = content
    .split(/\r?\n/)
    .map((line, at) => ({ url: line.trim(), place: `${name}:${at + 1}` }))
    .filter(({ url }) => url !== '' && !url.startsWith('#'));
  if (urls.length > 0) return urls;
  throw new DriftmarkError('usage', `${name} contains no URLs.`, {
    remedy: 'List one URL per line. Lines that start with # are ignored.',
  });
}

function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new DriftmarkError('file-failed', `The file of --urls-from could not be read (${code}).`, {
      place: { file },
      remedy: 'Use a file with one URL per line, or - for stdin. Pass a single URL with --url.',
    });
  });
}
