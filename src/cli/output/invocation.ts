import { copyError, type DriftmarkError } from '../../errors.js';
import type { Outcome } from '../../outcome.js';

const COMMAND = 'npx driftmark';

/** Whether a message has commands that `withInvocation` would replace. */
export const namesCommand = (text: string): boolean => text.includes(COMMAND);

/**
 * A message with its commands as the project runs them.
 * @param text A message, in which commands are written for npm: `npx driftmark update`.
 * @param invocation How driftmark is run in the project: `pnpm exec driftmark`.
 */
export const withInvocation = (text: string, invocation: string): string =>
  text.replaceAll(COMMAND, invocation);

/** An error with the commands in its remedy as the project runs them. */
export const errorWithInvocation = (error: DriftmarkError, invocation: string): DriftmarkError =>
  error.remedy === undefined ? error : copyError(error, { remedy: withInvocation(error.remedy, invocation) });

/** An outcome with its commands as the project runs them. */
export function outcomeWithInvocation(outcome: Outcome, invocation: string): Outcome {
  const { result } = outcome;
  if (result.type === 'failed')
    return { ...outcome, result: { ...result, error: errorWithInvocation(result.error, invocation) } };
  if (result.type !== 'drift') return outcome;
  const { remedy, setup } = result;
  return {
    ...outcome,
    result: {
      ...result,
      ...(remedy !== undefined && { remedy: withInvocation(remedy, invocation) }),
      ...(setup !== undefined && { setup: withInvocation(setup, invocation) }),
    },
  };
}
