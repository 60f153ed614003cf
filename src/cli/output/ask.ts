import { confirm, isCancel } from '@clack/prompts';
import { DriftmarkError } from '../../errors.js';
import type { CommandContext } from '../context.js';
import type { HostProcess } from '../host-process.js';

/** Whether somebody is there to answer. */
export const canAsk = ({ stdin, stderr }: HostProcess): boolean =>
  stdin.isTTY === true && stderr.isTTY === true;

/**
 * Asks on stderr, and waits for yes or no.
 * @throws {DriftmarkError} `interrupted` where the answer is Ctrl-C.
 */
export async function confirmOn({ host, signal }: CommandContext, message: string): Promise<boolean> {
  const answer = await confirm({ message, input: host.stdin, output: host.stderr, signal });
  if (isCancel(answer))
    throw new DriftmarkError('interrupted', 'The question was not answered.', {
      remedy: 'Start it again, or write without asking: driftmark init --yes',
    });
  return answer;
}
