import { DriftmarkError } from '../errors.js';

/**
 * Replaces `${NAME}` in a setting with the value of an environment variable.
 * @throws {DriftmarkError} `config` if the variable is not set.
 */
export function expandVariables(setting: string, text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new DriftmarkError('config', `The environment variable ${name} is not set.`, {
      place: { object: setting },
      remedy: `Set it, or correct the setting \`${setting}\`.`,
    });
  });
}
