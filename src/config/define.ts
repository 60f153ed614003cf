import type { UserConfig } from './user-config.js';

/** A config, or a function that returns one. */
type ConfigExport = UserConfig | (() => UserConfig | Promise<UserConfig>);

/**
 * Returns the config unchanged, with types for editors. docs/config.md.
 * @example
 * export default defineConfig({ migrations: 'db/migrations', postgresVersion: 16 });
 */
export const defineConfig = <C extends ConfigExport>(config: C): C => config;
