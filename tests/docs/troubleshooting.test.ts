import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { writtenErrors } from '../support/error-messages.js';

const docs = await readFile('docs/troubleshooting.md', 'utf8');
const errors = writtenErrors('src');

describe('docs/troubleshooting.md', () => {
  it('has a section for each code of a failure, and no other', async () => {
    const source = await readFile('src/errors.ts', 'utf8');
    const [, union = ''] = /export type ErrorCode =([^;]*);/.exec(source) ?? [];
    const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    const sections = [...docs.matchAll(/^## `(.*)`$/gm)].map(([, code]) => code);
    expect([...sections].sort()).toEqual([...codes].sort());
  });

  it('lists each message, in the section of its code', () => {
    const missing = errors.flatMap(({ at, code, messages }) =>
      messages
        .filter((message) => /\w/.test(message) && !section(code ?? '').includes(message))
        .map((message) => `${at}: ${message}`),
    );
    expect(missing).toEqual([]);
  });

  it('finds the messages', () => {
    expect(errors.length).toBeGreaterThan(50);
    expect(errors.flatMap(({ messages }) => messages)).toContain('The report could not be written: ….');
  });
});

it('each failure says what to do about it', () => {
  expect(errors.filter(({ hasRemedy }) => !hasRemedy).map(({ at }) => at)).toEqual([]);
});

/** What a code's section says, without line breaks. */
function section(code: string): string {
  const [, text = ''] = docs.split(`\n## \`${code}\`\n`);
  return (text.split('\n## ')[0] ?? '').replace(/\s+/g, ' ');
}
