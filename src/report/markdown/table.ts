import { displayWidth } from '../../util/display-width.js';

/** A Markdown table, padded as Prettier does it. Escapes pipes in cells. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = head.map((title, column) => paddedColumn([title, ...rows.map((row) => row[column] ?? '')]));
  const [first = '', ...others] = [head, ...rows].map((_, row) => {
    let line = '|';
    for (const { cells } of columns) line += ` ${cells[row]} |`;
    return line;
  });
  return [first, `| ${columns.map(({ width }) => '-'.repeat(width)).join(' | ')} |`, ...others];
}

function paddedColumn(texts: readonly string[]): {
  readonly width: number;
  readonly cells: readonly string[];
} {
  const cells = texts.map((text) => (text.includes('|') ? text.replaceAll('|', '\\|') : text));
  const widths = cells.map(displayWidth);
  const width = Math.max(3, ...widths);
  return { width, cells: cells.map((cell, at) => cell + ' '.repeat(width - (widths[at] ?? 0))) };
}

/** The cells of a table row, without padding and escapes; undefined if the line is not a row. */
export function parseRow(line: string): string[] | undefined {
  if (!line.startsWith('| ') || !line.endsWith(' |')) return undefined;
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
