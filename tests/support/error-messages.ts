import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** An expected failure as the source has it. */
export interface WrittenError {
  /** Where it is thrown: `src/update.ts:34`. */
  readonly at: string;
  /** Undefined where it is not written there. */
  readonly code: string | undefined;
  /** The wordings, with `…` for what is put in; empty where it is not written there. */
  readonly messages: readonly string[];
  readonly hasRemedy: boolean;
  readonly hasPlace: boolean;
}

/** Each `new DriftmarkError(…)` below a folder. */
export function writtenErrors(folder: string): readonly WrittenError[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.sort().flatMap((name) => {
    const file = path.join(folder, name);
    const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.ES2023, true);
    const found: WrittenError[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'DriftmarkError')
        found.push(describe(node, source, file));
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function describe(node: ts.NewExpression, source: ts.SourceFile, file: string): WrittenError {
  const [code, message, options] = node.arguments ?? [];
  const said = options?.getText() ?? '';
  return {
    at: `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`,
    code: code && ts.isStringLiteral(code) ? code.text : undefined,
    messages: message ? wordingsOf(message) : [],
    hasRemedy: /\bremedy\b/.test(said) || said === 'options',
    hasPlace: /\bplace\b/.test(said) || said === 'options',
  };
}

function wordingsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [[node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')];
  if (ts.isConditionalExpression(node)) return [...wordingsOf(node.whenTrue), ...wordingsOf(node.whenFalse)];
  if (ts.isCallExpression(node) && node.arguments[0]) return wordingsOf(node.arguments[0]);
  return [];
}
