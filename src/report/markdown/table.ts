import { displayWidth } from './width.js';

/** A Markdown table, padded as Prettier pads it. A cell's pipes are escaped here. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => {
      const text = cell.includes('|') ? cell.replaceAll('|', '\\|') : cell;
      return { text, width: displayWidth(text) };
    }),
  );
  const widths = head.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.width ?? 0), 3),
  );
  const [first = '', ...others] = cells.map((row) => {
    const padded = row.map(({ text, width }, column) => text + ' '.repeat((widths[column] ?? 0) - width));
    return `| ${padded.join(' | ')} |`;
  });
  return [first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others];
}

/** The cells of a table's row, without their padding and escapes; undefined where the line is no row. */
export function parseRow(line: string): string[] | undefined {
  if (!line.startsWith('| ') || !line.endsWith(' |')) return undefined;
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
