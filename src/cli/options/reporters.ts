import type { ReporterConfig } from '../../config/config.js';
import { DriftmarkError } from '../../errors.js';
import { isForLog, type ReporterName } from '../../reporters/reporters.js';

/** The flags `--reporter` and `--output-file` as they stand on the command line, in their order. */
export type ReporterFlag = { readonly reporter: ReporterName } | { readonly outputFile: string };

/**
 * The reporters to use: those of the command line, else those of the config, else `text`, and in GitHub Actions also
 * `github`.
 * @throws {DriftmarkError} `usage` if two reporters cannot share an output, or a reporter has two files.
 */
export function requestedReporters(
  flags: readonly ReporterFlag[],
  configured: readonly ReporterConfig[],
  { GITHUB_ACTIONS }: NodeJS.ProcessEnv,
): readonly ReporterConfig[] {
  const { named, file } = pair(flags);
  const requests = named.length > 0 || file !== undefined ? named : configured;
  const byDefault: ReporterConfig[] = [
    { name: 'text', ...(file !== undefined && { outputFile: file }) },
    ...(GITHUB_ACTIONS === 'true' ? [{ name: 'github' } as const] : []),
  ];
  const result = requests.length > 0 ? requests : byDefault;
  assertApart(result);
  return result;
}

/** An output file belongs to the reporter named before it; one before all reporters, to the first. */
function pair(flags: readonly ReporterFlag[]): { named: ReporterConfig[]; file?: string } {
  const named: ReporterConfig[] = [];
  let file: string | undefined;
  for (const flag of flags) {
    const last = named.at(-1);
    if ('reporter' in flag) {
      named.push({ name: flag.reporter, ...(file !== undefined && { outputFile: file }) });
      file = undefined;
    } else if ((last?.outputFile ?? file) !== undefined) {
      throw new DriftmarkError('usage', `${last?.name ?? 'One reporter'} cannot write to two files.`, {
        remedy:
          'Put each --output-file after its reporter: --reporter json -o result.json --reporter junit -o junit.xml',
      });
    } else if (last) {
      named.splice(-1, 1, { ...last, outputFile: flag.outputFile });
    } else {
      file = flag.outputFile;
    }
  }
  return { named, ...(file !== undefined && { file }) };
}

/** What is made for programs must have its file, or stdout, to itself. */
function assertApart(requests: readonly ReporterConfig[]): void {
  for (const file of new Set(requests.map(({ outputFile }) => outputFile))) {
    const sharing = requests.filter(({ outputFile }) => outputFile === file);
    if (sharing.length < 2 || (file === undefined && sharing.every(({ name }) => isForLog(name)))) continue;
    const names = sharing.map(({ name }) => name);
    throw new DriftmarkError(
      'usage',
      `The reporters ${names.join(' and ')} cannot ${names.length === 2 ? 'both' : 'all'} write to ${file ?? 'stdout'}.`,
      {
        remedy: `Give one its own file: --reporter ${names.at(-1) ?? ''} --output-file <file>`,
      },
    );
  }
}
