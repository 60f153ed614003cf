/** A module that could not be found: the message of Node or of jiti. */
export interface MissingModule {
  /** The message without the files that Node lists under it: those of its own loader. */
  readonly message: string;
  readonly remedy: string;
}

/** What the message of an error says of a missing module; undefined if it is about something else. */
export function missingModule(message: string): MissingModule | undefined {
  const [, kind = '', name = ''] = /^Cannot find (module|package) '([^']*)'/.exec(message) ?? [];
  if (name === '') return undefined;
  return {
    message: `Cannot find ${kind} '${name}'`,
    remedy: /^(\.|\/|file:|[A-Za-z]:[\\/])/.test(name)
      ? 'Check the path of the module. If a build or an installation creates it, run that first.'
      : 'Install the dependencies of the project, or check the name of the module.',
  };
}

/** A syntax error that jiti found, with its place in the file. */
interface SyntaxErrorAt {
  readonly message: string;
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
}

/**
 * jiti puts the place of a syntax error into the message, on a line of its own: ` /path/file.ts:2:31`. Its columns count
 * from 0.
 */
export function syntaxErrorIn(thrown: unknown): SyntaxErrorAt | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const found = /^(?:ParseError: )?(.+?)\s*\n\s+(\S.*):(\d+):(\d+)\s*$/.exec(thrown.message);
  if (!found) return undefined;
  const [, message = '', file = '', line, column] = found;
  return {
    message: `SyntaxError: ${message}`,
    place: { file, line: Number(line), column: Number(column) + 1 },
  };
}
