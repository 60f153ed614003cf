import { expect, it } from 'vitest';
import { rangesOf } from '#src/replay/parts.js';

it('divides every history without a gap', () => {
  for (const processors of [1, 2, 3, 8]) {
    for (let length = 1; length <= 1200; length++) {
      const ranges = rangesOf(length, processors);
      expect([ranges[0]?.from, ranges.at(-1)?.to], `${length} migrations`).toEqual([0, length]);
      for (const [at, { from }] of ranges.slice(1).entries()) expect(from).toBe(ranges[at]?.to);
      expect(ranges.every(({ from, to }) => from < to)).toBe(true);
    }
  }
});

it('makes each part shorter than the one before it', () => {
  expect(rangesOf(1000, 2).map(({ from, to }) => to - from)).toEqual([466, 318, 216]);
});
