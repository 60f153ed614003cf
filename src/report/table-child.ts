/** What every kind has whose objects stand in a table. */
export const tableChildLine = {
  layout: 'child',
  parent: ({ schema, table }: { readonly schema: string; readonly table: string }) => ({
    schema,
    name: table,
  }),
  under: ({ schema, name }: { readonly schema: string; readonly name: string }) => ({ schema, table: name }),
} as const;
