import fc from 'fast-check';
import { check } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { fullReport } from './arbitrary-report.js';

describe('any report in the format full', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fullReport, (report) => {
        expect(parse(render(report))).toEqual(report);
      }),
      { numRuns: 400 },
    );
  });

  it('is left unchanged by Prettier', async () => {
    await fc.assert(
      fc.asyncProperty(fullReport, async (report) => {
        expect(await check(render(report), { parser: 'markdown' })).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
