import fc from 'fast-check';
import { check } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { ReportSyntaxError } from '#src/report/syntax-error.js';
import { runsAll } from '../support/selection.js';
import { fullReport } from './arbitrary-report.js';

describe('any report in the format full', () => {
  it('a report in the format full is read back as it was written', () => {
    fc.assert(
      fc.property(fullReport, (report) => {
        expect(parse(render(report))).toEqual(report);
      }),
      { numRuns: runsAll ? 1000 : 100 },
    );
  });

  it('Prettier leaves a report unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fullReport, async (report) => {
        expect(await check(render(report), { parser: 'markdown' })).toBe(true);
      }),
      { numRuns: runsAll ? 200 : 20 },
    );
  });

  it('a report without one of its lines is rejected or read as another schema', () => {
    fc.assert(
      fc.property(fullReport, fc.nat(), (report, number) => {
        const lines = render(report).split('\n');
        const at = number % (lines.length - 1);
        const edited = [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n');
        if (edited === lines.join('\n')) return;
        try {
          expect(parse(edited), lines[at]).not.toEqual(report);
        } catch (error) {
          if (!(error instanceof ReportSyntaxError)) throw error;
          expect(error.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: runsAll ? 1000 : 100 },
    );
  });
});
