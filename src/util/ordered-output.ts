/** Lets work that goes on at the same time be told of one piece after the other. */
export interface OrderedOutput {
  /** Says something at once where it is this piece's turn, else when its turn comes. */
  readonly write: (piece: number, words: () => void | Promise<void>) => void;
  /** Ends a piece's turn: what the next ones had to say follows. */
  readonly close: (piece: number) => void;
  /** Resolves when all has been said; rejects with what the saying threw. */
  readonly flushed: () => Promise<void>;
}

/** Turns in the order of the pieces' numbers, from 0. */
export function createOrderedOutput(): OrderedOutput {
  const waiting = new Map<number, (() => void | Promise<void>)[]>();
  const ended = new Set<number>();
  let current = 0;
  let said = Promise.resolve();
  const now = (words: () => void | Promise<void>): void => {
    said = said.then(words);
    said.catch(() => undefined);
  };
  return {
    write: (piece, words) => {
      if (piece === current) now(words);
      else waiting.set(piece, [...(waiting.get(piece) ?? []), words]);
    },
    close: (piece) => {
      ended.add(piece);
      while (ended.has(current)) {
        current++;
        waiting.get(current)?.forEach(now);
        waiting.delete(current);
      }
    },
    flushed: () => said,
  };
}
