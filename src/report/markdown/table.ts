import { displayWidth } from '../../util/display-width.js';

/** A Markdown table, padded as Prettier does it. Escapes pipes in cells. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  let lines = ['|', '|', ...rows.map(() => '|')];
  for (const [column, title] of head.entries()) {
    const cells = [title, '', ...rows.map((row) => row[column] ?? '')].map(escapePipes);
    const widths = cells.map(displayWidth);
    const width = Math.max(3, ...widths);
    cells[1] = '-'.repeat(width);
    widths[1] = width;
    lines = lines.map((line, at) => `${line} ${cells[at]}${' '.repeat(width - (widths[at] ?? 0))} |`);
  }
  return lines;
}

const escapePipes = (text: string) => (text.includes('|') ? text.replaceAll('|', '\\|') : text);

/** The cells of a table row, without padding and escapes; undefined if the line is not a row. */
export function parseRow(line: string): string[] | undefined {
  if (!line.startsWith('| ') || !line.endsWith(' |')) return undefined;
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
