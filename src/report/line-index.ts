/** The lines (1-based) of a report on which its objects, and some of their facts, stand. */
export interface LineIndex {
  /** The lines of a fact if it has lines of its own, else the line of its object. Empty if the report lacks both. */
  readonly linesOf: (object: object, fact?: string) => readonly number[];
}

/** A line index that is being made. */
export interface LineIndexBuilder extends LineIndex {
  /** Sets the line of an object, unless it has one. */
  readonly setObject: (object: object, line: number) => void;
  /** Adds a line of a fact that does not stand on the line of its object: a comment, a privilege, a body. */
  readonly addFact: (object: object, fact: string, line: number) => void;
}

export function lineIndexBuilder(): LineIndexBuilder {
  const objects = new Map<object, number>();
  const facts = new Map<object, Map<string, number[]>>();
  return {
    setObject: (object, line) => {
      if (!objects.has(object)) objects.set(object, line);
    },
    addFact: (object, fact, line) => {
      const ofObject = facts.get(object) ?? new Map<string, number[]>();
      facts.set(object, ofObject);
      const lines = ofObject.get(fact);
      if (lines) lines.push(line);
      else ofObject.set(fact, [line]);
    },
    linesOf: (object, fact) => {
      const line = objects.get(object);
      const own = fact === undefined ? undefined : facts.get(object)?.get(fact);
      return own ?? (line === undefined ? [] : [line]);
    },
  };
}
