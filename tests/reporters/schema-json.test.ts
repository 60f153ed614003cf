import { Ajv } from 'ajv';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { renderSchemaJson } from '#src/reporters/schema-json.js';
import { fullReport } from '../report/arbitrary-report.js';
import { onClone } from '../support/base.js';
import { withSharedBase } from '../support/shared-server.js';
import { CORPUS, DRIFTS } from '../support/drift-files.js';
import { asReport, readAll } from '../support/scratch.js';

const schema = JSON.parse(await readFile('docs/schemas/schema.schema.json', 'utf8')) as object;
const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

describe('a schema as JSON', () => {
  it.each([CORPUS, DRIFTS])(
    'is as its JSON Schema says, read from a database that %s made',
    async (folder) => {
      const read = await withSharedBase(18, folder, (server, base) => onClone(server, base, readAll));
      if ('unavailable' in read) throw new Error(read.unavailable);
      const printed = JSON.parse(renderSchemaJson(asReport(read))) as object;
      validate(printed);
      expect(validate.errors ?? []).toEqual([]);
      expect(printed).toEqual({ version: 1, ...asReport(read) });
    },
  );

  it('is as its JSON Schema says, whatever there is, and shows nothing that hides', () => {
    fc.assert(
      fc.property(fullReport, ({ diagram: _, ...report }) => {
        const text = renderSchemaJson(report);
        validate(JSON.parse(text));
        expect(validate.errors ?? []).toEqual([]);
        expect(JSON.parse(text)).toEqual({ version: 1, ...report });
        expect(text).not.toMatch(/[^\n\P{Cc}]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
      }),
      { numRuns: 100 },
    );
  });

  it('is the same for a schema and for the report of it', () => {
    fc.assert(
      fc.property(fullReport, (report) => {
        expect(renderSchemaJson(parse(render(report)))).toBe(renderSchemaJson(report));
      }),
      { numRuns: 100 },
    );
  });

  it('is not as its JSON Schema says where a fact is missing, unknown, or of another type', () => {
    const of = (table: object) => {
      const { schema: empty, ...report } = asReport({ namespaces: [], objects: {} as never });
      return { version: 1, ...report, schema: { ...empty, objects: { table: [table] } } };
    };
    const errorsOf = (table: object) => {
      validate(of(table));
      return (validate.errors ?? [])
        .filter(({ instancePath }) => instancePath.startsWith('/schema/objects/table'))
        .map(({ keyword }) => keyword);
    };
    expect(errorsOf({ schema: 'public', name: 'a' })).toEqual([]);
    expect(errorsOf({ schema: 'public' })).toEqual(['required']);
    expect(errorsOf({ schema: 'public', name: 'a', surprise: 1 })).toEqual(['additionalProperties']);
    expect(errorsOf({ schema: 'public', name: 1 })).toEqual(['type']);
  });
});
