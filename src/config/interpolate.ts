import { DriftmarkError } from '../errors.js';

/**
 * Puts the values of environment variables where a setting has `${NAME}`.
 * @throws {DriftmarkError} `config` where one is not set: the setting would lead elsewhere without it.
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
