import { isSeq, parse, parseDocument, stringify } from 'yaml';

/**
 * Adds an item to a list in a YAML text and leaves every other character as it is. Writing the parsed document again would
 * change the indentation and the spacing of the user's file.
 *
 * @param path the keys that lead to the list
 * @returns undefined if the list is not there or is written in one line, so that the document must be written again
 */
export function appendToList(text: string, path: readonly string[], item: unknown): string | undefined {
  const document = parseDocument(text);
  const list: unknown = document.getIn(path, true);
  if (!isSeq(list) || list.flow === true || !list.range) return undefined;
  const [start, , end] = list.range;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const added = stringify([item], { lineWidth: 0 }).replace(/^(?=.)/gm, indent);
  const head = text.slice(0, end).trimEnd();
  const rest = text.slice(head.length).replace(/^[ \t]*\r?\n/, '');
  const result = `${head}\n${added}${rest}`;
  document.addIn(path, document.createNode(item));
  return isSame(result, document.toJS()) ? result : undefined;
}

function isSame(text: string, expected: unknown): boolean {
  try {
    return JSON.stringify(parse(text)) === JSON.stringify(expected);
  } catch {
    return false;
  }
}
