import type { UserConfig } from './user-config.js';

/** Says of an object that it is a config, for the sake of an editor's completion and checks. docs/config.md. */
export const defineConfig = (config: UserConfig): UserConfig => config;
