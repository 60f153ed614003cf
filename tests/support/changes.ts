import { render } from '#src/report/formats.js';
import { compare, type Change } from '#src/schema/compare.js';
import { KINDS } from '#src/schema/kinds.js';
import type { Schema } from '#src/schema/model.js';
import { asReport } from './scratch.js';

/** A change on one line: class, object, and the fact. */
function changeLine({ type, kind, identity, class: changeClass, ...change }: Change): string {
  const object = `${KINDS[kind].noun} ${identity.map((part) => JSON.stringify(part)).join('.')}`;
  return `${changeClass}: ${object} ${type}${'fact' in change ? ` ${change.fact}` : ''}`;
}

export const changeLines = (from: Schema, to: Schema): readonly string[] =>
  compare({ from, to }).map(changeLine);

/** The report of a schema, as a string. */
export const reportText = (schema: Schema): string => render(asReport(schema));
