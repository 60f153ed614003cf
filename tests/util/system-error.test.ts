import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { reasonOf } from '#src/util/system-error.js';

it('says why a file could not be read, without its path', async () => {
  const error: unknown = await readFile('nosuch, file').catch((thrown: unknown) => thrown);
  expect(reasonOf(error)).toBe('no such file or directory (ENOENT)');
});

it.each([
  { of: 'an error of a parser', error: new SyntaxError('Unexpected token'), reason: 'Unexpected token' },
  { of: 'a value that is not an error', error: 'late', reason: 'late' },
])('keeps the message of $of', ({ error, reason }) => {
  expect(reasonOf(error)).toBe(reason);
});
