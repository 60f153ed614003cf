import ts from 'typescript';

/** A phrase that driftmark does not use, and what to write instead: CONTRIBUTING.md, "Words". */
interface BannedPhrase {
  readonly phrase: RegExp;
  readonly instead: string;
}

const BANNED: readonly BannedPhrase[] = [
  { phrase: /\b(nobody|somebody|whoever|whomever)\b/i, instead: 'name the actor' },
  { phrase: /\bsees? to (it|that)\b/i, instead: 'make sure, check' },
  { phrase: /\b(is|are|was|were|be) none\b/i, instead: '"is not", "does not exist", or a number' },
  { phrase: /\b(is|are|was|were|be) no (?!longer\b|more\b)/i, instead: '"is not a …", "No … found"' },
  { phrase: /\bpass(ed|es|ing)? over\b/i, instead: 'skip, ignore' },
  { phrase: /\bmeanwhile\b/i, instead: 'during, at the same time' },
  { phrase: /\b(is|are|to) (be )?had\b/i, instead: 'available' },
  { phrase: /\bat hand\b/i, instead: 'available' },
  { phrase: /\bso many\b/i, instead: 'the number' },
  { phrase: /\b(is|are|was|were|be) told\b/i, instead: 'is reported, is printed, is detected' },
  { phrase: /\btold (apart|from|by|once|in)\b/i, instead: 'distinguished, inferred, reported' },
  { phrase: /\bsays nothing\b/i, instead: 'does not print, does not affect' },
  { phrase: /\b(what|that|which) never comes\b/i, instead: 'a promise that never resolves' },
  { phrase: /\bleads? from\b/i, instead: 'the changes between' },
  { phrase: /\bfare[sd]?\b/i, instead: 'the result of' },
  { phrase: /\bin the words of\b|\b(in|with) other words\b/i, instead: 'formatted differently' },
  { phrase: /\bas seen from\b/i, instead: 'relative to' },
  { phrase: /\bof (theirs|its own accord)\b/i, instead: 'repeat the noun' },
  { phrase: /\btoo\.(?=\s|$)/i, instead: '"also", before the verb' },
  { phrase: /\bto mend\b|\bmend(s|ed)?\b/i, instead: 'fix' },
  {
    phrase: /\ba text\b(?! (search|file|editor|column|reporter|block))|\btexts\b/i,
    instead: 'expression, definition, string',
  },
  { phrase: /\bbooks?\b|\bbookkeeping\b/i, instead: 'history table' },
  { phrase: /\bblanks?\b(?! lines?)/i, instead: 'space' },
  { phrase: /\b(worked on|looked at) at once\b|\bat once\b/i, instead: 'in parallel, immediately' },
  { phrase: /\bone a line\b|\ba URL a line\b/i, instead: 'one per line' },
  { phrase: /\bnone (that|where)\b/i, instead: 'no … that' },
  { phrase: /\bnot otherwise than\b|\botherwise than\b/i, instead: 'differently from' },
  { phrase: /\bwhere (there )?(is|are) (none|no|nothing)\b/i, instead: 'if there is no' },
  { phrase: /\bwhat (else )?it takes\b|\bwhat holds\b/i, instead: 'what is required, the effective setting' },
  { phrase: /\bbe all that\b|\ball (that )?it needs\b/i, instead: 'needs only' },
];

/** The banned phrases in a text, each with what to write instead. */
export function bannedPhrasesIn(text: string): string[] {
  const oneLine = text.replace(/`[^`\n]*`/g, '…').replace(/\s+/g, ' ');
  return BANNED.flatMap(({ phrase, instead }) => {
    const found = phrase.exec(oneLine);
    if (!found) return [];
    const around = oneLine.slice(Math.max(0, found.index - 50), found.index + found[0].length + 30).trim();
    return [`"${found[0]}" (write: ${instead}) in: ${around}`];
  });
}

/** A piece of prose in a source file. */
export interface Prose {
  readonly text: string;
  /** `src/errors.ts:12` */
  readonly at: string;
}

/**
 * The prose of a TypeScript or JavaScript file: comments, and string literals of more than one word. In templates,
 * `…` stands for each value. In a test file, these are the test names as well.
 */
export function proseIn(file: string, text: string): Prose[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: Prose[] = [];
  const add = (part: string, position: number): void => {
    const line = source.getLineAndCharacterOfPosition(position).line + 1;
    if (/\w\s+\w/.test(part)) found.push({ text: part, at: `${file}:${line}` });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) add(node.text, node.getStart());
    else if (ts.isTemplateExpression(node))
      add(
        [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'),
        node.getStart(),
      );
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { pos, end } of commentsIn(source)) add(commentText(text.slice(pos, end)), pos);
  return found;
}

/** All comments, each once. */
function commentsIn(source: ts.SourceFile): ts.CommentRange[] {
  const byPosition = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [])
      byPosition.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(source.text, node.getEnd()) ?? [])
      byPosition.set(range.pos, range);
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...byPosition.values()];
}

const commentText = (comment: string) =>
  comment
    .replace(/^\/\*\*?|\*\/$|^\/\//g, '')
    .replace(/^\s*\*/gm, '')
    .trim();

/** The prose of a Markdown page: without code blocks, code spans and HTML comments. */
export function markdownProse(text: string): string {
  return text
    .replace(/^(`{3,})[^]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, '…')
    .replace(/<!--[^]*?-->/g, '');
}
