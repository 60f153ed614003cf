import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMermaid } from '#src/report/diagram/section.js';
import { parse, render } from '#src/report/formats.js';
import { ReportSyntaxError } from '#src/report/syntax-error.js';
import type { Table } from '#src/schema/kinds/table.js';
import { diagramsIn, readDiagram } from '../support/mermaid.js';
import { asReport } from '../support/scratch.js';
import { column, foreignKey, schemaOf, tables, unique } from '../support/schemas.js';
import { fullReport } from './arbitrary-report.js';

const SHOP = schemaOf({
  table: tables('customers', 'orders'),
  column: [column('customers', 'id'), column('orders', 'customer_id')],
  index: [unique('customers', ['id'], { unique: 'primary key' })],
  foreignKey: [foreignKey('orders', ['customer_id'], 'customers')],
});

describe('the diagrams of a report', () => {
  const headings = (markdown: string) =>
    [...markdown.slice(markdown.indexOf('\n## Diagram')).matchAll(/^#+ (.*)$/gm)].map(
      ([, heading]) => heading,
    );

  it('are valid for Mermaid with any names and types, and contain every table once', async () => {
    await fc.assert(
      fc.asyncProperty(fullReport, async (report) => {
        const found = await Promise.all(
          diagramsIn(render({ ...report, diagram: true })).map((diagram) => readDiagram(diagram)),
        );
        const names = found.flatMap(({ entities }) => Object.keys(entities));
        const isPartition = ({ partitionOf }: Table) =>
          partitionOf &&
          report.schema.objects.table.some(
            ({ schema, name }) => schema === partitionOf.schema && name === partitionOf.table,
          );
        const drawn = report.schema.objects.table.filter((table) => !isPartition(table));
        expect(new Set(names).size).toBeGreaterThanOrEqual(drawn.length);
      }),
      { numRuns: 60 },
    );
  });

  it('are one diagram without a heading for a small schema', () => {
    const report = { ...asReport(SHOP), diagram: true as const };
    expect(headings(render(report))).toEqual(['Diagram']);
    expect(render(report)).toContain(renderMermaid(SHOP));
  });

  it('are several diagrams of up to 12 tables for 60 tables, with every table and foreign key once', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `t${String(at).padStart(2, '0')}`);
    // Ten groups of five related tables, one table that all groups reference, and ten tables without foreign keys.
    const keys = names.slice(0, 50).flatMap((name, at) => {
      const first = names[at - (at % 5)] ?? '';
      return [
        ...(name === first ? [] : [foreignKey(name, ['first_id'], first)]),
        ...(at === 0 ? [] : [foreignKey(name, ['common_id'], 't00')]),
      ];
    });
    const schema = schemaOf({
      table: tables(...names),
      column: names.flatMap((name) => ['id', 'first_id', 'common_id'].map((each) => column(name, each))),
      foreignKey: keys,
    });
    const text = render({ ...asReport(schema), diagram: true });
    const found = await Promise.all(diagramsIn(text).map((diagram) => readDiagram(diagram)));
    const drawn = found.map(({ entities }) =>
      Object.keys(entities).filter((name) => entities[name]?.length !== 0),
    );
    expect(drawn.flat().sort()).toEqual(names);
    expect(Math.max(...drawn.map((each) => each.length))).toBeLessThanOrEqual(12);
    expect(found.flatMap(({ relationships }) => relationships)).toHaveLength(keys.length);
    expect(headings(text)).toMatchInlineSnapshot(`
      [
        "Diagram",
        "\`t00\`, \`t05\`, \`t10\` and 9 more",
        "\`t15\`, \`t02\`, \`t03\` and 5 more",
        "\`t20\`, \`t25\`, \`t21\` and 7 more",
        "\`t30\`, \`t35\`, \`t31\` and 7 more",
        "\`t40\`, \`t45\`, \`t41\` and 7 more",
        "Without foreign keys: \`t50\`, \`t51\`, \`t52\` and 7 more",
      ]
    `);
    for (const group of [1, 2, 3]) {
      const home = drawn.find((each) => each.includes(`t${group}0`));
      expect(home).toEqual(expect.arrayContaining([1, 2, 3, 4].map((at) => `t${group}${at}`)));
    }
  });

  it('are one diagram per schema, if each schema is small', () => {
    const of = (schema: string, count: number) =>
      Array.from({ length: count }, (_, at) => ({ schema, name: `t${at}` }));
    const schema = schemaOf({ table: [...of('app', 8), ...of('audit', 5)] }, ['app', 'audit']);
    expect(headings(render({ ...asReport(schema), diagram: true }))).toEqual([
      'Diagram',
      'Schema `app`',
      'Schema `audit`',
    ]);
  });

  it('contain only the keys and the first other columns of a wide table', async () => {
    const columns = Array.from({ length: 1600 }, (_, at) => `c${at}`);
    const schema = schemaOf({
      table: tables('wide'),
      column: columns.map((name) => column('wide', name)),
      index: [unique('wide', ['c1599'], { unique: 'primary key' })],
    });
    const { entities } = await readDiagram(renderMermaid(schema));
    expect(entities.wide).toHaveLength(41);
    expect(entities.wide?.slice(-2)).toEqual(['bigint c1599 PK', '… … 1560 more']);
  });

  it('are parsed and rendered again, and make an edited report invalid', () => {
    const report = { ...asReport(SHOP), diagram: true as const };
    const text = render(report);
    expect(parse(text)).toEqual(report);
    expect(parse(text.slice(0, text.indexOf('\n## Diagram')))).toEqual(asReport(SHOP));
    const edited = text.replace('    bigint id PK\n', '');
    const line = text.slice(0, text.indexOf('    bigint id PK\n')).split('\n').length;
    expect(() => parse(edited)).toThrow(ReportSyntaxError);
    expect(() => parse(edited)).toThrow(expect.objectContaining({ line }));
  });
});
