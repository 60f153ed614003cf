import picomatch from 'picomatch';

/** A predicate for schema names that match a list of names or globs. Undefined without a list. */
export const schemaMatcher = (schemas: readonly string[] | undefined) =>
  schemas === undefined ? undefined : picomatch([...schemas]);
