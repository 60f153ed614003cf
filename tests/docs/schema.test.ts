import { format, resolveConfig } from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';
import { expect, it } from 'vitest';

/** After a change of the model: `npx vitest run tests/docs/schema.test.ts --update`, and read the difference. */
it('docs/schemas/schema.schema.json is what the types of the model say', async () => {
  const type = 'SchemaDocument';
  const schema = createGenerator({
    path: 'src/reporters/schema-json.ts',
    type,
    tsconfig: 'tsconfig.json',
    topRef: false,
    jsDoc: 'extended',
    // The types are checked elsewhere.
    skipTypeCheck: true,
  }).createSchema(type);
  const text = JSON.stringify({ title: 'driftmark show --as json', ...schema });
  const filepath = 'schema.schema.json';
  const pretty = await format(text, { ...(await resolveConfig('package.json')), filepath });
  await expect(pretty).toMatchFileSnapshot(`../../docs/schemas/${filepath}`);
});
