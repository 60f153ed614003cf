import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLimit } from '#src/util/concurrency-limit.js';
import { createOrderedOutput } from '#src/util/ordered-output.js';

describe('ordered output', () => {
  /** Writes and closes pieces in this order: `1w` writes a word of piece 1, `1c` closes it. */
  async function outputOf(...actions: readonly string[]): Promise<string> {
    const output = createOrderedOutput();
    const printed: string[] = [];
    for (const [at, action] of actions.entries()) {
      const piece = Number(action.slice(0, -1));
      if (action.endsWith('c')) output.close(piece);
      else output.write(piece, () => void printed.push(`${piece}.${at}`));
    }
    await output.flushed();
    return printed.join(' ');
  }

  it.each([
    { name: 'prints the first piece immediately', actions: ['0w'], is: '0.0' },
    { name: 'holds back a later piece', actions: ['1w'], is: '' },
    {
      name: 'prints a later piece after the first one is closed',
      actions: ['1w', '0w', '0c'],
      is: '0.1 1.0',
    },
    { name: 'keeps the order within a piece', actions: ['1w', '1w', '0c'], is: '1.0 1.1' },
    { name: 'skips a piece without output', actions: ['2w', '1c', '0c'], is: '2.0' },
    { name: 'waits for a piece in the middle', actions: ['2w', '2c', '0c'], is: '' },
    { name: 'prints immediately when its turn has come', actions: ['0c', '1w', '1w'], is: '1.1 1.2' },
  ])('$name', async ({ actions, is }) => {
    expect(await outputOf(...actions)).toBe(is);
  });

  it('rejects with the error of a write', async () => {
    const output = createOrderedOutput();
    output.write(0, () => Promise.reject(new Error('the disk is full')));
    await expect(output.flushed()).rejects.toThrow('the disk is full');
  });
});

describe('a concurrency limit', () => {
  /** Starts pieces of work that end when told to. */
  function work(count: number, pieces: number) {
    const limit = createLimit(count);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: pieces }, (_, at) =>
      limit.run(async () => {
        started.push(at);
        await new Promise<void>((resolve) => (ends[at] = resolve));
        return at;
      }),
    );
    return { started, end: (at: number) => ends[at]?.(), all };
  }
  const settle = () => sleep(1);

  it('starts as many pieces of work as it allows', async () => {
    const { started } = work(2, 4);
    await settle();
    expect(started).toEqual([0, 1]);
  });

  it('starts the next piece when one ends', async () => {
    const { started, end, all } = work(2, 3);
    await settle();
    end(1);
    expect(await all[1]).toBe(1);
    await settle();
    expect(started).toEqual([0, 1, 2]);
  });

  it('frees its slot if the work fails', async () => {
    const limit = createLimit(1);
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limit.run(() => Promise.resolve('next'))).toBe('next');
  });

  it('lets others work while a piece waits for something slow', async () => {
    const limit = createLimit(1);
    let answer: (value: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => (answer = resolve));
    const waiting = limit.run(() => limit.yieldWhile(slow));
    // Ends only if the first piece of work gave its slot away.
    expect(await limit.run(() => Promise.resolve('other'))).toBe('other');
    answer('slow');
    expect(await waiting).toBe('slow');
  });
});
