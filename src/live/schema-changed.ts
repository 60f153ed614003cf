/** The schema changed while it was read, so the result may mix old and new definitions. */
export class SchemaChangedDuringRead extends Error {
  override readonly name = 'SchemaChangedDuringRead';

  constructor() {
    super('The schema changed while it was read.');
  }
}
