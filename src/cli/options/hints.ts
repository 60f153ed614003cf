import { Option, type Command } from 'commander';
import { DriftmarkError } from '../../errors.js';

/** An option that other tools have, and what driftmark has instead. */
interface Hint {
  readonly flags: string;
  readonly remedy: string;
}

const UPDATE = 'Run `npx driftmark update` to write the report.';
const CHECK = 'Run `npx driftmark check` to compare without writing.';

const AS_JSON = { flags: '--json', remedy: 'Use --as json.' };
const URL_FLAGS = ['--db', '--database', '--database-url', '--connection'];
const REPORTER: readonly Hint[] = [
  { flags: '--json', remedy: 'Use --reporter json.' },
  { flags: '--output', remedy: 'Use --output-file.' },
  {
    flags: '--format',
    remedy: 'Use --reporter for the format of the output, or --report-format for the format of the report.',
  },
];

/** For each command, the options that users of other tools try. */
const HINTS: Readonly<Record<string, readonly Hint[]>> = {
  check: [
    { flags: '--fix', remedy: UPDATE },
    { flags: '--write', remedy: UPDATE },
    { flags: '-u, --update', remedy: UPDATE },
    ...REPORTER,
    ...URL_FLAGS.map((flags) => ({ flags, remedy: 'Use --url to compare a database with the report.' })),
    { flags: '--check', remedy: 'Leave it out: `npx driftmark check` compares and writes nothing.' },
    { flags: '--dry-run', remedy: 'Leave it out: `npx driftmark check` compares and writes nothing.' },
  ],
  update: [
    ...REPORTER,
    { flags: '--check', remedy: CHECK },
    { flags: '--dry-run', remedy: CHECK },
    { flags: '--ci', remedy: CHECK },
  ],
  diff: [...REPORTER],
  show: [AS_JSON],
  config: [AS_JSON],
  init: [
    {
      flags: '--dry-run',
      remedy:
        'Run `npx driftmark init` without --yes: it shows each file and asks before it writes the file.',
    },
  ],
};

/** Makes a command answer an option of another tool with what driftmark has instead. The help does not list them. */
export function withHints(command: Command): Command {
  for (const { flags, remedy } of HINTS[command.name()] ?? []) {
    const option = new Option(flags).hideHelp();
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      throw new DriftmarkError(
        'usage',
        `driftmark ${command.name()} does not have the option --${option.name()}.`,
        {
          remedy,
        },
      );
    });
  }
  return command;
}
