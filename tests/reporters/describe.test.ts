import { describe as suite, expect, it } from 'vitest';
import { describeChange } from '#src/reporters/summary/describe-change.js';
import { compare } from '#src/schema/compare.js';
import type { ObjectsByKind } from '#src/schema/model.js';
import { reportOf } from '../support/outcomes.js';

interface Telling {
  readonly what: string;
  readonly before: Partial<ObjectsByKind>;
  readonly after: Partial<ObjectsByKind>;
  readonly told: readonly string[];
}

const orders = { schema: 'public', name: 'orders' };
const reader = { to: 'App Reader', privileges: ['insert', 'select'] };
const statistics = {
  schema: 'public',
  name: 'odds',
  of: { schema: 'app', name: 'orders' },
  columns: ['a', 'b'],
};
const uncovered = { type: 'operator class', identity: 'app.ops USING hash', hash: '12ab' };

const TELLINGS: readonly Telling[] = [
  {
    what: 'privileges',
    before: { table: [orders] },
    after: {
      table: [{ ...orders, grants: [reader, { to: 'auditor', privileges: ['select'], grantable: true }] }],
    },
    told: [
      'table orders ~ grants: granted INSERT, SELECT to App Reader; granted SELECT to auditor with grant option',
    ],
  },
  {
    what: 'a default privilege that was taken',
    before: { enum: [{ ...orders, values: ['a'] }] },
    after: { enum: [{ ...orders, values: ['a'], revokes: [{ from: 'public', privileges: ['usage'] }] }] },
    told: ['~ enum orders: revoked USAGE from public'],
  },
  {
    what: 'the tables of a publication',
    before: { publication: [{ name: 'news', tables: [{ ...orders, columns: ['id'], filter: '(id > 1)' }] }] },
    after: { publication: [{ name: 'news' }] },
    told: ['~ publication news: tables removed: orders (id) where (id > 1)'],
  },
  {
    what: 'default privileges, with what is granted',
    before: {},
    after: { defaultPrivileges: [{ role: '', schema: 'app', on: 'tables', grants: [reader] }] },
    told: [
      '+ default privileges on tables in app: tables in app of the owner; grant insert, select to "App Reader"',
    ],
  },
  {
    what: 'what a sequence belongs to',
    before: { sequence: [{ schema: 'app', name: 'n', dataType: 'bigint' }] },
    after: {
      sequence: [
        {
          schema: 'app',
          name: 'n',
          dataType: 'bigint',
          ownedBy: { schema: 'app', table: 'orders', column: 'id' },
        },
      ],
    },
    told: ['~ sequence app.n: owned by added: app.orders.id'],
  },
  {
    what: 'row security and a replica identity, which a table did not have',
    before: { table: [orders] },
    after: { table: [{ ...orders, rowSecurity: 'enabled', replicaIdentity: 'full' }] },
    told: ['table orders ~ replica identity: full', 'table orders ~ row security: enabled'],
  },
  {
    what: 'row security that a table does not have any more',
    before: { table: [{ ...orders, rowSecurity: 'forced' }] },
    after: { table: [orders] },
    told: ['table orders ~ row security: no longer forced'],
  },
  {
    what: 'statistics, which have a name in a schema of their own',
    before: { statistics: [statistics] },
    after: {},
    told: ['table app.orders - statistics odds: on a, b'],
  },
  {
    what: 'an object of a kind that is not modelled',
    before: {},
    after: { uncovered: [uncovered] },
    told: ['+ operator class app.ops USING hash: definition hash 12ab'],
  },
];

suite('a change in words', () => {
  it.each(TELLINGS)('tells $what', ({ before, after, told }) => {
    const changes = compare({ from: reportOf(before).schema, to: reportOf(after).schema });
    const lines = changes
      .map((change) => describeChange(change))
      .map(({ group, sign, subject, detail }) =>
        [...(group === undefined ? [] : [group]), sign, `${subject}: ${detail}`].join(' '),
      );
    expect(lines).toEqual(told);
  });
});
