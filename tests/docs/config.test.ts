import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { userConfig, type UserConfig } from '#src/config/schema.js';
import type { UserConfig as PublicConfig } from '#src/config/user-config.js';

/**
 * The settings are written once, in src/config/schema.ts. What is made of them: `npx vitest run
 * tests/docs/config.test.ts --update`.
 */
const schema = z.toJSONSchema(userConfig, { target: 'draft-7' }) as JsonSchema;

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

describe('the settings', () => {
  it('are the JSON Schema', async () => {
    const text = JSON.stringify({ title: 'driftmark config', ...schema });
    await expect(await pretty(text, 'config.schema.json')).toMatchFileSnapshot(
      '../../docs/schemas/config.schema.json',
    );
  });

  it('have the types of defineConfig', () => {
    expectTypeOf<PublicConfig>().toExtend<UserConfig>();
    expectTypeOf<keyof PublicConfig>().toEqualTypeOf<keyof UserConfig>();
  });

  it('are the reference in docs/config.md', async () => {
    const docs = await readFile('docs/config.md', 'utf8');
    const written = docs.replace(
      /(<!-- settings of (\w+) -->)[^]*?(<!-- end -->)/g,
      (_, start: string, name: string, end: string) =>
        [start, reference(name === 'UserConfig' ? schema : (schema.definitions?.[name] ?? {})), end].join(
          '\n\n',
        ),
    );
    await expect(await pretty(written, 'config.md')).toMatchFileSnapshot('../../docs/config.md');
  });
});

async function pretty(text: string, filepath: string): Promise<string> {
  return format(text, { ...(await resolveConfig('package.json')), filepath });
}

function reference({ properties = {}, required = [] }: JsonSchema): string {
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
