import { escapeControls, escapeControlsByLine } from '../../util/escape-controls.js';

/** A workflow command of GitHub Actions: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. */
export function workflowCommand(
  command: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(escapeControls(String(value)))}`],
  );
  return `::${command}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(escapeControlsByLine(message))}\n`;
}

/** Escapes data as the runner unescapes it. `%` must be the first. */
const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/**
 * Escapes text that the runner would execute as a command: `::name …::` at the beginning of a line, also after spaces,
 * and `##[name …]` anywhere in a line.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:[\w-]+(?: [^\n]*)?::)/gm, '$1\\u003a').replaceAll('##[', '#\\u0023[');
}
