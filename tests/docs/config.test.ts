import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { describe, expect, expectTypeOf, it } from 'vitest';
import ts from 'typescript';
import { z } from 'zod';
import { userConfig, type UserConfig, type UserTarget } from '#src/config/schema.js';
import { withGenerated } from '../support/generated-markdown.js';
import type { IgnoreRule } from '#src/config/ignore-rule.js';
import type * as written from '#src/config/user-config.js';

/**
 * The settings are defined in src/config/schema.ts. `npx vitest run tests/docs/config.test.ts --update` updates the JSON
 * Schema and the reference.
 */
const schema = z.toJSONSchema(userConfig, { target: 'draft-7', override: describeDefault }) as JsonSchema;

/** Adds the default to the description. It is prose, and not the value that `default` has in a JSON Schema. */
function describeDefault({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { description, default: byDefault } = jsonSchema;
  if (typeof byDefault !== 'string') return;
  jsonSchema.description = `${description ?? ''} Default: ${byDefault}.`;
  delete jsonSchema.default;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** The names of the reporters. */
type ReporterOf<C extends { reporters?: readonly unknown[] | undefined }> = Extract<
  NonNullable<C['reporters']>[number],
  string
>;

describe('the settings', () => {
  it('are the JSON Schema', async () => {
    const text = JSON.stringify({ title: 'driftmark config', ...schema });
    await expect(await pretty(text, 'config.schema.json')).toMatchFileSnapshot(
      '../../docs/schemas/config.schema.json',
    );
  });

  it('have the types of defineConfig', () => {
    expectTypeOf<written.UserConfig>().toExtend<UserConfig>();
    expectTypeOf<ReporterOf<written.UserConfig>>().toEqualTypeOf<ReporterOf<UserConfig>>();
    expectTypeOf<keyof written.UserConfig>().toEqualTypeOf<keyof UserConfig>();
    expectTypeOf<keyof written.Target>().toEqualTypeOf<keyof UserTarget>();
    expectTypeOf<keyof written.IgnoreRule>().toEqualTypeOf<keyof IgnoreRule>();
  });

  it('have the comments of defineConfig', () => {
    const comments = propertyComments('src/config/user-config.ts');
    const { Target: target, IgnoreRule: rule } = schema.definitions ?? {};
    const described = [schema, target, rule].flatMap((part) => Object.entries(part?.properties ?? {}));
    expect(described.length).toBeGreaterThan(40);
    const missing = described.filter(
      ([name, { description = '' }]) => !comments.get(name)?.includes(onOneLine(description)),
    );
    expect(missing.map(([name, { description }]) => `${name}: ${description ?? ''}`)).toEqual([]);
  });

  it('are the reference in docs/config.md', async () => {
    const docs = await readFile('docs/config.md', 'utf8');
    const written = await withGenerated(
      docs,
      /<!-- settings of (\w+) -->/,
      (name = '') => REFERENCES[name]?.() ?? reference(schema.definitions?.[name]),
    );
    await expect(written).toMatchFileSnapshot('../../docs/config.md');
  });
});

/** The comments of the properties of all interfaces of a file. Interfaces may have properties of the same name. */
function propertyComments(file: string): ReadonlyMap<string, readonly string[]> {
  const comments = new Map<string, string[]>();
  const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.Latest, true);
  for (const statement of source.statements.filter(ts.isInterfaceDeclaration)) {
    for (const member of statement.members.filter(ts.isPropertySignature)) {
      const text = ts.getJSDocCommentsAndTags(member).map(({ comment }) => ts.getTextOfJSDocComment(comment));
      const name = member.name.getText();
      comments.set(name, [...(comments.get(name) ?? []), onOneLine(text.join(' '))]);
    }
  }
  return comments;
}

const onOneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

async function pretty(text: string, filepath: string): Promise<string> {
  return format(text, { ...(await resolveConfig('package.json')), filepath });
}

/** The settings of the top level, in the order of the reference. Each setting is in one group. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Targets: ['name', 'migrations', 'report', 'targets'],
  Migrations: [
    'layout',
    'exclude',
    'knexfile',
    'knexEnvironment',
    'placeholders',
    'roles',
    'platform',
    'setup',
    'down',
  ],
  Report: ['schemas', 'reportFormat', 'diagram', 'command', 'extensionVersions', 'format'],
  'What fails the check': ['failOn', 'ignoreClasses'],
  'Live databases': ['url', 'ignore', 'presets', 'allowPending'],
  'Scratch server': ['engine', 'scratchUrl', 'postgresVersion', 'postgresBin'],
  Output: ['reporters', 'jobs'],
};

const REFERENCES: Readonly<Record<string, () => string>> = {
  UserConfig: () => {
    const { properties = {} } = schema;
    const grouped = Object.values(GROUPS).flat();
    expect([...grouped, '$schema'].sort()).toEqual(Object.keys(properties).sort());
    return Object.entries(GROUPS)
      .map(([title, names]) => {
        const own = names.flatMap((name) => (properties[name] ? [[name, properties[name]] as const] : []));
        return `### ${title}\n\n${reference({ properties: Object.fromEntries(own) })}`;
      })
      .join('\n');
  },
  Target: () => {
    const { properties = {}, ...rest } = schema.definitions?.Target ?? {};
    const isShared = (name: string) => schema.properties?.[name] !== undefined;
    const own = Object.entries(properties).filter(([name]) => !isShared(name));
    const shared = Object.keys(properties).filter(isShared);
    return `${reference({ ...rest, properties: Object.fromEntries(own) })}- as at the top level: ${shared.map((name) => `\`${name}\``).join(', ')}\n`;
  },
};

function reference({ properties = {}, required = [] }: JsonSchema = {}): string {
  return Object.entries(properties)
    .filter(([name]) => name !== '$schema')
    .map(
      ([name, setting]) =>
        `- \`${name}\` (${typeOf(setting)}${required.includes(name) ? ', required' : ''}): ${setting.description ?? ''}\n`,
    )
    .join('');
}

function typeOf({ type, enum: values, $ref, anyOf, items }: JsonSchema): string {
  if ($ref !== undefined) return `[${$ref.replace('#/definitions/', '')}](#${anchor($ref)})`;
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (items) return `list of ${typeOf(items)}`;
  if (values) return values.length > 10 ? 'a word' : values.map((each) => `\`${each}\``).join(', ');
  return TYPES[type ?? ''] ?? String(type);
}

const anchor = (ref: string) =>
  ref.replace('#/definitions/', '') === 'Target' ? 'settings-of-a-target' : 'ignore-rules';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'whole number',
  object: 'object',
};
