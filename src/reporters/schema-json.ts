import type { Report } from '../report/report.js';
import { escapeControls } from '../util/escape-controls.js';

/** The number rises when a field changes its meaning or goes. */
const VERSION = 1;

/** What `driftmark show --as json` prints: a schema as data, and what its report says beside it. */
export interface SchemaDocument extends Omit<Report, 'diagram'> {
  /** The number of this form. It rises when a field changes its meaning or goes; new fields may come without. */
  readonly version: typeof VERSION;
}

/**
 * A report for machines. docs/schemas/schema.schema.json.
 * Characters that do not show are escaped as JSON escapes them, so that nothing is lost and nothing harms a terminal.
 */
export function renderSchemaJson({ format, name, command, irreversible, schema }: Report): string {
  const document: SchemaDocument = { version: VERSION, format, name, command, irreversible, schema };
  return `${JSON.stringify(document, null, 2).split('\n').map(escapeControls).join('\n')}\n`;
}
