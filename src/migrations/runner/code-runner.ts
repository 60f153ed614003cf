import { interrupted } from '../../errors.js';
import { errorOf, sink, startChild, type Child } from './child-process.js';
import type { Migration } from '../layouts/layout.js';
import { layoutNamed } from '../layouts/layouts.js';
import type { Request } from './protocol.js';
import type { RunnerOptions, Steps } from './steps.js';

/**
 * Runs migrations that are code, in a child process, which starts before its first step, and starts again after a
 * crash.
 */
export function codeSteps(options: RunnerOptions): Steps {
  const { folder, connection, projectDir, signal } = options;
  let child: Child | undefined;
  let opened: Promise<Child> | undefined;
  let onStep: ((migration: Migration) => void) | undefined;

  const end = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    await ending?.end();
  };
  const ask = async (asked: Child, request: Request): Promise<void> => {
    const answer = await asked.request(request);
    if (answer.type === 'done') return;
    if (answer.type === 'gone' || !answer.usable || request.type === 'open') await end();
    throw signal?.aborted ? interrupted() : errorOf(answer);
  };
  const start = (): Child =>
    startChild(
      {
        output: sink(options.stderr),
        onMessage: (message) => {
          if (message.type === 'step-done') onStep?.(message.migration);
          else if (message.type === 'sql') options.onSql?.(message.sql, message.milliseconds);
        },
        ...(options.timeout !== undefined && { timeout: options.timeout }),
      },
      options.spare?.take(),
    );
  const open = async (): Promise<Child> => {
    const started = (child = start());
    const { layout, dir } = folder;
    started.warmUp({ type: 'warm-up', layout, dir, projectDir });
    const database = await connection;
    if (signal?.aborted) throw interrupted();
    const { transactionRemedy } = layoutNamed(layout);
    const setup = {
      folder,
      connection: database,
      projectDir,
      reportSql: options.onSql !== undefined,
      ...(transactionRemedy !== undefined && { transactionRemedy }),
    };
    await ask(started, { type: 'open', setup });
    return started;
  };
  const abort = (): void => void end();
  signal?.addEventListener('abort', abort, { once: true });

  return {
    warmUp: () => {
      opened = open();
      opened.catch(() => undefined); // reported by the first step
    },
    run: async (work, listener) => {
      if (signal?.aborted) throw interrupted();
      onStep = listener;
      opened ??= open();
      const ready = await opened;
      try {
        await ask(ready, work);
      } finally {
        if (child === undefined) opened = undefined;
      }
    },
    lateFailure: () => {
      const late = child?.lateFailure();
      return late && errorOf(late);
    },
    end: async () => {
      signal?.removeEventListener('abort', abort);
      await end();
    },
  };
}
