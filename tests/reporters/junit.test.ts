import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { describe, expect, it } from 'vitest';
import { escapeControls } from '#src/util/escape-controls.js';
import { renderJunit } from '#src/reporters/junit.js';
import { driftOf, failedWith, HOSTILE_NAMES, hostileObjects, inSync } from '../support/outcomes.js';

const cwd = '/repo/packages/orders';

/** What the elements of JUnit's format may hold: https://github.com/testmoapp/junitxml. */
const FORMAT: Readonly<Record<string, { readonly within?: string; readonly attributes: readonly string[] }>> =
  {
    testsuites: { attributes: ['name', 'tests', 'failures', 'errors', 'time'] },
    testsuite: { within: 'testsuites', attributes: ['name', 'tests', 'failures', 'errors', 'time'] },
    testcase: { within: 'testsuite', attributes: ['name', 'classname', 'file', 'time'] },
    failure: { within: 'testcase', attributes: ['message', 'type'] },
    error: { within: 'testcase', attributes: ['message', 'type'] },
  };

describe('JUnit', () => {
  it('has a test case for each target', () => {
    const drift = driftOf({}, { table: [{ schema: 'public', name: 'a' }] });
    const { tags, texts } = parse(renderJunit([inSync(), drift, failedWith('no "a" & <b>')], { cwd }));
    expect(tags.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['testsuites', { name: 'driftmark', tests: '3', failures: '1', errors: '1', time: '1.750' }],
      ['testsuite', { name: 'driftmark', tests: '3', failures: '1', errors: '1', time: '1.750' }],
      ['testcase', { name: '@acme/fine', classname: 'driftmark', file: 'report.sql.md', time: '0.250' }],
      ['testcase', { name: '@acme/orders', classname: 'driftmark', file: 'report.sql.md', time: '1.500' }],
      ['failure', { message: 'report.sql.md is out of date: 1 change', type: 'drift' }],
      ['testcase', { name: '@acme/broken', classname: 'driftmark', file: 'report.sql.md', time: '0.000' }],
      ['error', { message: 'no "a" & <b>', type: 'failed' }],
    ]);
    expect(texts.join('')).toContain('error: migrations/1_a.sql:3:1: no "a" & <b>');
  });

  it.each([{ outcomes: [] }, { outcomes: [inSync(), driftOf({}, hostileObjects()), failedWith('no')] }])(
    'holds nothing but what the format knows, and counts what it holds',
    ({ outcomes }) => {
      const { tags, parents } = parse(renderJunit(outcomes, { cwd }));
      expect(tags.map(({ name }, at) => [name, parents[at]])).toEqual(
        tags.map(({ name }) => [name, FORMAT[name]?.within]),
      );
      for (const { name, attributes } of tags)
        expect(FORMAT[name]?.attributes).toEqual(expect.arrayContaining(Object.keys(attributes)));
      const number = (name: string) => String(tags.filter((tag) => tag.name === name).length);
      for (const { attributes } of tags.slice(0, 2))
        expect(attributes).toMatchObject({
          tests: number('testcase'),
          failures: number('failure'),
          errors: number('error'),
        });
    },
  );

  it('is XML whatever things are called', () => {
    const outcomes = [
      driftOf({}, hostileObjects()),
      driftOf(hostileObjects(), {}),
      ...HOSTILE_NAMES.map((name) => failedWith(name, name)),
    ];
    const { tags } = parse(renderJunit(outcomes, { cwd }));
    const names = tags.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes.name);
    expect(names.slice(2)).toEqual(HOSTILE_NAMES.map(escapeControls));
  });
});

/** As a parser reads it that takes nothing but XML. */
function parse(xml: string) {
  const tags: SaxesTagPlain[] = [];
  const parents: (string | undefined)[] = [];
  const open: string[] = [];
  const texts: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    tags.push(tag);
    parents.push(open.at(-1));
    open.push(tag.name);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', (text) => texts.push(text));
  parser.write(xml).close();
  return { tags, parents, texts };
}
