import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';
import { diagramsIn, readDiagram } from '../support/mermaid.js';

const STORY = 'fixtures/stories/in-sync';

it('update --diagram adds a diagram, and later updates keep it', async () => {
  await inFolder(async (cwd) => {
    const file = path.join(cwd, 'report.sql.md');
    const plain = await readFile(file, 'utf8');
    const run = (...args: string[]) => driftmarkOnSharedServer([...args, '--no-down'], { cwd });
    const config = (text: string) => writeFile(path.join(cwd, 'driftmark.config.json'), text);

    await config('{ "diagram": true }');
    const asked = await run('check');
    expect(asked.code).toBe(2);
    expect(asked.stdout).toContain('the report does not have a diagram, but `diagram` is on');

    expect(await run('update')).toMatchObject({ code: 0 });
    expect((await readFile(file, 'utf8')).startsWith(plain)).toBe(true);

    // The committed report has a diagram, so that the new table is also drawn.
    await config('{}');
    await writeFile(
      path.join(cwd, 'migrations/20260601000000_notes.up.sql'),
      'CREATE TABLE notes (order_id bigint REFERENCES orders)',
    );
    const changed = await run('check');
    expect(changed.code).toBe(2);
    expect(changed.stdout).toContain('+ table notes');
    expect(changed.stdout).toContain('+  "orders" |o--o{ "notes" : "order_id"');

    // Also if the report was edited and cannot be parsed.
    await writeFile(file, (await readFile(file, 'utf8')).replace('erDiagram', 'erDiagram\n  hello'));
    expect(await run('update')).toMatchObject({ code: 0 });
    const [diagram = ''] = diagramsIn(await readFile(file, 'utf8'));
    expect(Object.keys((await readDiagram(diagram)).entities)).toEqual(['customers', 'notes', 'orders']);

    await config('{ "diagram": false }');
    expect(await run('update')).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).not.toContain('mermaid');
  }, STORY);
});

it('update --diagram prints a notice for a report in the backstage format, which does not support diagrams', async () => {
  await inFolder(async (cwd) => {
    const { code, stderr } = await driftmarkOnSharedServer(
      ['update', '--diagram', '--report-format', 'backstage'],
      {
        cwd,
      },
    );
    expect(code).toBe(0);
    expect(stderr).toContain('the backstage format does not support diagrams');
    expect(await readFile(path.join(cwd, 'report.sql.md'), 'utf8')).not.toContain('mermaid');
  }, STORY);
});
