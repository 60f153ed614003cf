/** A workflow command, as the runner of GitHub Actions parses it. */
interface RunnerCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/**
 * The commands that the runner finds in a log: `::name key=value::message` at the beginning of a line, also after
 * spaces, or the old form `##[name key=value]message` anywhere in a line. Follows `ActionCommand.cs` of
 * https://github.com/actions/runner.
 */
export function commandsIn(log: string): RunnerCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, head, message = ''] =
      /^::(.*?)::(.*)$/s.exec(line.trimStart()) ?? /##\[(.*?)\](.*)$/s.exec(line) ?? [];
    if (head === undefined) return [];
    const space = head.indexOf(' ');
    const command = space === -1 ? head : head.slice(0, space);
    const pairs = space === -1 ? [] : head.slice(space + 1).split(',');
    const properties = Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), unescape(pair.slice(at + 1))];
      }),
    );
    return [{ command, properties, message: unescape(message) }];
  });
}

const CODES: readonly (readonly [string, string])[] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
];

const unescape = (text: string) =>
  CODES.reduce((read, [code, character]) => read.replaceAll(code, character), text);
