import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { describe, expect, it } from 'vitest';
import { harmless } from '#src/reporters/harmless.js';
import { renderJunit } from '#src/reporters/junit.js';
import { driftOf, failedWith, HOSTILE_NAMES, hostileObjects, inSync } from '../support/outcomes.js';

const cwd = '/repo/packages/orders';

describe('JUnit', () => {
  it('has a test case for each target', () => {
    const drift = driftOf({}, { table: [{ schema: 'public', name: 'a' }] });
    const { tags, texts } = parse(renderJunit([inSync(), drift, failedWith('no "a" & <b>')], { cwd }));
    expect(tags.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        'testsuites',
        { name: 'driftmark', tests: '3', failures: '1', errors: '1', skipped: '0', time: '1.750' },
      ],
      [
        'testsuite',
        { name: 'driftmark', tests: '3', failures: '1', errors: '1', skipped: '0', time: '1.750' },
      ],
      ['testcase', { name: '@acme/fine', classname: 'driftmark', file: 'report.sql.md', time: '0.250' }],
      ['testcase', { name: '@acme/orders', classname: 'driftmark', file: 'report.sql.md', time: '1.500' }],
      ['failure', { message: 'report.sql.md is out of date: 1 change', type: 'drift' }],
      ['testcase', { name: '@acme/broken', classname: 'driftmark', file: 'report.sql.md', time: '0.000' }],
      ['error', { message: 'no "a" & <b>', type: 'failed' }],
    ]);
    expect(texts.join('')).toContain('error migrations/1_a.sql:3:1: no "a" & <b>');
  });

  it('is XML whatever things are called', () => {
    const outcomes = [
      driftOf({}, hostileObjects()),
      driftOf(hostileObjects(), {}),
      ...HOSTILE_NAMES.map((name) => failedWith(name, name)),
    ];
    const { tags } = parse(renderJunit(outcomes, { cwd }));
    const names = tags.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes.name);
    expect(names.slice(2)).toEqual(HOSTILE_NAMES.map(harmless));
  });
});

/** As a parser reads it that takes nothing but XML. */
function parse(xml: string) {
  const tags: SaxesTagPlain[] = [];
  const texts: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => tags.push(tag));
  parser.on('text', (text) => texts.push(text));
  parser.write(xml).close();
  return { tags, texts };
}
