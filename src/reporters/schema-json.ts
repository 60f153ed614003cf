import type { Report } from '../report/report.js';
import { escapeControls } from '../util/escape-controls.js';

/** The version of this format. It rises when a field changes its meaning or is removed. */
const VERSION = 1;

/** What `driftmark show --as json` prints: a schema as data, and the header of its report. */
export interface SchemaDocument extends Omit<Report, 'diagram'> {
  /** The version of this format. It rises when a field changes its meaning or is removed, not when one is added. */
  readonly version: typeof VERSION;
}

/**
 * A report for programs. docs/schemas/schema.schema.json.
 * Control characters are escaped as JSON escapes them: nothing is lost, and nothing harms a terminal.
 */
export function renderSchemaJson({ format, name, command, irreversible, schema }: Report): string {
  const document: SchemaDocument = { version: VERSION, format, name, command, irreversible, schema };
  return `${JSON.stringify(document, null, 2).split('\n').map(escapeControls).join('\n')}\n`;
}
