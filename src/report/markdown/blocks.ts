import { ReportSyntaxError } from '../syntax-error.js';
import { parseRow } from './table.js';

/** A line of text with its number (1-based). */
export interface TextLine {
  readonly text: string;
  readonly line: number;
}

export interface ListItem extends TextLine {
  readonly items: readonly TextLine[];
}

export type Block =
  | { readonly type: 'heading'; readonly depth: number; readonly text: string; readonly line: number }
  | { readonly type: 'list'; readonly items: readonly ListItem[]; readonly line: number }
  | {
      readonly type: 'table';
      readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[];
      readonly line: number;
    }
  | { readonly type: 'fence'; readonly language: string; readonly body: string; readonly line: number }
  | { readonly type: 'quote'; readonly lines: readonly TextLine[]; readonly line: number }
  | { readonly type: 'comment'; readonly text: string; readonly line: number };

/** Splits a report into its blocks: the few that a report is made of, and nothing else. */
export function parseBlocks(markdown: string): Block[] {
  const lines = markdown.split('\n').map((text, at): TextLine => ({ text, line: at + 1 }));
  const blocks: Block[] = [];
  let at = 0;
  const takeWhile = (matches: (text: string) => boolean): TextLine[] => {
    const taken: TextLine[] = [];
    for (let next = lines[at]; next && matches(next.text); next = lines[++at]) taken.push(next);
    return taken;
  };
  while (at < lines.length) {
    const { text, line } = lines[at] ?? { text: '', line: at + 1 };
    const heading = text.startsWith('#') ? /^(#+) (.*)$/.exec(text) : null;
    if (text === '') {
      at++;
    } else if (heading) {
      at++;
      blocks.push({ type: 'heading', depth: heading[1]?.length ?? 0, text: heading[2] ?? '', line });
    } else if (text.startsWith('```')) {
      at++;
      const marks = /^`+/.exec(text)?.[0] ?? '';
      const body = takeWhile((next) => next !== marks);
      if (at === lines.length) throw new ReportSyntaxError(line, 'this code block has no end');
      at++;
      blocks.push({
        type: 'fence',
        language: text.slice(marks.length),
        body: body.map((next) => next.text).join('\n'),
        line,
      });
    } else if (text.startsWith('- ')) {
      blocks.push({ type: 'list', items: nest(takeWhile((next) => /^( {2})?- /.test(next))), line });
    } else if (text.startsWith('|')) {
      const rows = takeWhile((next) => next.startsWith('|')).map((row) => {
        const cells = parseRow(row.text);
        if (!cells) throw new ReportSyntaxError(row.line, 'a table row begins with `| ` and ends with ` |`');
        return { cells, line: row.line };
      });
      blocks.push({ type: 'table', rows, line });
    } else if (text.startsWith('>')) {
      const quoted = takeWhile((next) => next.startsWith('>'));
      blocks.push({
        type: 'quote',
        lines: quoted.map((next) => ({ ...next, text: next.text.replace(/^> ?/, '') })),
        line,
      });
    } else {
      const comment = /^<!-- (.*) -->$/.exec(text);
      if (!comment) throw new ReportSyntaxError(line, unexpected(text));
      at++;
      blocks.push({ type: 'comment', text: comment[1] ?? '', line });
    }
  }
  return blocks;
}

function unexpected(text: string): string {
  return /^(<{7}|={7}|>{7}|\|{7})/.test(text)
    ? 'a conflict marker'
    : `unexpected text: ${JSON.stringify(text.slice(0, 60))}`;
}

function nest(lines: readonly TextLine[]): ListItem[] {
  const items: (ListItem & { items: TextLine[] })[] = [];
  for (const { text, line } of lines) {
    if (text.startsWith('- ')) items.push({ text: text.slice(2), line, items: [] });
    else items.at(-1)?.items.push({ text: text.slice(4), line });
  }
  return items;
}
