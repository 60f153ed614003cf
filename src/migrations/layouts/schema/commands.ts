import type { MetaCommand, ScriptCommand } from '../../../postgres/sql-statements.js';

/** What a psql command of a script does to the schema. */
export type CommandEffect =
  /** Nothing: it only changes what psql prints. */
  | { readonly type: 'none' }
  | { readonly type: 'include'; readonly path: string; readonly isRelative: boolean }
  | { readonly type: 'set'; readonly variable: string; readonly value: string | undefined }
  | { readonly type: 'quit' }
  /** driftmark cannot run it. `remedy` begins with a verb. */
  | { readonly type: 'refused'; readonly remedy: string };

/** Commands that only change what psql prints, and those of pg_dump that guard the script. */
const WITHOUT_EFFECT = new Set(
  `restrict unrestrict echo qecho warn timing pset x a t f H o out encoding conninfo C title errverbose
   html p print r reset s z l list dn dp`
    .split(/\s+/)
    .concat(['?', 'h', 'help']),
);

const WRITE_AS_SQL = 'Write it as SQL, or remove the line.';

/** Why the others are refused. */
const REMEDIES: Readonly<Record<string, string>> = {
  if: 'Write the condition in a DO block, or keep only the statements that apply.',
  gset: 'Write the value into the statements that use the variable.',
  gexec: 'Use EXECUTE in a DO block.',
  connect:
    'Remove it: driftmark loads the file into one scratch database. Dump a single database with `pg_dump`, without `--create`.',
  copy: 'Remove it, or use `COPY … FROM stdin` with the data in the file: `\\copy` reads a file of the client.',
  g: 'Write a semicolon instead.',
  gx: 'Write a semicolon instead.',
};

const ALIASES: Readonly<Record<string, string>> = {
  c: 'connect',
  i: 'include',
  ir: 'include_relative',
  q: 'quit',
};

export function effectOf({ name, argument }: Pick<ScriptCommand, 'name' | 'argument'>): CommandEffect {
  const command = ALIASES[name] ?? name;
  if (WITHOUT_EFFECT.has(command) || /^d[a-zA-Z]*[+S]*$/.test(command)) return { type: 'none' };
  if (command === 'include' || command === 'include_relative')
    return { type: 'include', path: unquoted(argument), isRelative: command === 'include_relative' };
  if (command === 'set' || command === 'unset') {
    if (argument.includes('`'))
      return { type: 'refused', remedy: 'Write the value itself: driftmark does not run shell commands.' };
    const [variable = '', ...values] = wordsOf(argument);
    return { type: 'set', variable, value: command === 'set' ? values.join('') : undefined };
  }
  if (command === 'quit') return { type: 'quit' };
  return { type: 'refused', remedy: REMEDIES[command] ?? WRITE_AS_SQL };
}

/** What to do about a command within a statement. */
export const remedyFor = (error: MetaCommand): string =>
  REMEDIES[error.command.replace(/^\\/, '')] ?? WRITE_AS_SQL;

/** psql accepts a semicolon after the name of a file. */
const unquoted = (argument: string): string => wordsOf(argument.replace(/\s*;\s*$/, ''))[0] ?? '';

/** Arguments are separated by spaces, and may be in single quotes. */
const wordsOf = (argument: string): readonly string[] =>
  [...argument.matchAll(/'((?:[^']|'')*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll("''", "'") ?? bare ?? '',
  );
