import { confirm, isCancel } from '@clack/prompts';
import { DriftmarkError } from '../../errors.js';
import type { CommandContext } from '../context.js';
import type { HostProcess } from '../host-process.js';

/** Whether stdin and stderr are a terminal, so that the user can answer a question. */
export const canAsk = ({ stdin, stderr }: HostProcess): boolean =>
  stdin.isTTY === true && stderr.isTTY === true;

/**
 * Prints a question on stderr and waits for yes or no.
 * @throws {DriftmarkError} `interrupted` if the user presses Ctrl-C.
 */
export async function confirmOn({ host, signal }: CommandContext, message: string): Promise<boolean> {
  const answer = await confirm({ message, input: host.stdin, output: host.stderr, signal });
  if (isCancel(answer))
    throw new DriftmarkError('interrupted', 'Cancelled.', {
      remedy: 'Run it again, or use `npx driftmark init --yes` to write without asking.',
    });
  return answer;
}
