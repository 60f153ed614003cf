import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { escapeControls } from '#src/util/escape-controls.js';
import { renderMarkdown } from '#src/reporters/markdown.js';
import { driftOf, failedWith, HOSTILE_NAMES, hostileObjects, inSync } from '../support/outcomes.js';

const cwd = '/repo/packages/orders';
const table = { schema: 'public', name: 'orders' };
const column = (name: string, type = 'text') => ({ schema: 'public', relation: 'orders', name, type });

describe('Markdown', () => {
  it('says what changed, shows the diff, and names the way out', () => {
    const drift = driftOf(
      { table: [table], column: [column('total', 'numeric(10,2)')] },
      { table: [table], column: [column('total', 'numeric(12,2)'), column('currency')] },
    );
    expect(renderMarkdown([drift, inSync()], { cwd })).toMatchInlineSnapshot(`
      "<!-- driftmark -->

      ## ✗ Schema out of date: 1 of 2 targets

      ### ✗ \`@acme/orders\`: \`report.sql.md\` is out of date: 2 changes, 1 breaking, all by \`2_more.sql\`

      \`\`\`diff
        table orders
      !   column total     numeric(10,2) → numeric(12,2)  breaking
      +   column currency  text
      \`\`\`

      <details><summary>Diff of the report</summary>

      \`\`\`diff
      --- report.sql.md
      +++ migrations
      @@ -8,4 +8,5 @@ Table orders
       
       | Column     | Type            | Nullable | Max Length | Default |
       | ---------- | --------------- | -------- | ---------- | ------- |
      -| \`total\` | \`numeric(10,2)\` | true     | -          | -       |
      +| \`total\`    | \`numeric(12,2)\` | true     | -          | -       |
      +| \`currency\` | \`text\`          | true     | -          | -       |
      \`\`\`

      </details>

      Accept with \`npx driftmark update\`

      <details><summary>1 target in sync</summary>

      - ✓ \`@acme/fine\` in sync, 3 migrations, 2 tables

      </details>
      "
    `);
  });

  it('is short where all is well', () => {
    expect(renderMarkdown([inSync()], { cwd })).toMatchInlineSnapshot(`
      "<!-- driftmark -->

      ## ✓ Schema in sync

      - ✓ \`@acme/fine\` in sync, 3 migrations, 2 tables
      "
    `);
  });

  it('names the line of the migration that failed', () => {
    expect(renderMarkdown([failedWith('relation "a" does not exist')], { cwd })).toMatchInlineSnapshot(`
      "<!-- driftmark -->

      ## ✗ Schema could not be checked

      ### ✗ \`@acme/broken\`: could not be checked

      In \`migrations/1_a.sql:3\`:

      \`\`\`text
      relation "a" does not exist
      SQLSTATE: 42P01
      \`\`\`

      → Correct the migration.
      "
    `);
  });

  it('has every name in a code span or a fence, and no tag but its own', () => {
    const outcomes = [
      driftOf({}, hostileObjects()),
      ...HOSTILE_NAMES.map((name) => ({ ...driftOf({}, {}), name, report: name })),
      ...HOSTILE_NAMES.map((name) => failedWith(name, name)),
      ...HOSTILE_NAMES.map((name) => inSync(name)),
    ];
    const nodes = [...nodesOf(fromMarkdown(renderMarkdown(outcomes, { cwd })))];
    const values = (type: string) =>
      nodes.flatMap((node) => (node.type === type && node.value !== undefined ? [node.value] : []));
    expect(new Set(values('html'))).toEqual(
      new Set([
        '<!-- driftmark -->',
        '<details><summary>Diff of the report</summary>',
        '<details><summary>22 targets in sync</summary>',
        '</details>',
      ]),
    );
    expect(nodes.filter(({ type }) => type === 'link' || type === 'image')).toEqual([]);
    expect(values('text').filter((text) => /@|https?:|#\d|::|\\u/.test(text))).toEqual([]);
    const fences = values('code').join('\n');
    for (const name of HOSTILE_NAMES) expect(fences).toContain(escapeControls(`table ${name}`));
  });

  it.each([1_000_000, 65_000, 20_000, 5_000])(
    'stays below %d bytes, and counts what it leaves out',
    (limit) => {
      const many = Array.from({ length: 3000 }, (_, at) => column(`column_${at}`));
      const drift = driftOf(
        { table: [table], column: [column('a')] },
        { table: [table], column: [column('a'), ...many] },
      );
      const text = renderMarkdown([drift, inSync()], { cwd }, limit);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      expect(text).toContain('is out of date: 3000 changes');
      if (limit < 1_000_000) expect(text).toMatch(/and \d+ more changes/);
    },
  );
});

interface TreeNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly TreeNode[];
}

function* nodesOf(node: TreeNode): Generator<TreeNode> {
  yield node;
  for (const child of node.children ?? []) yield* nodesOf(child);
}
