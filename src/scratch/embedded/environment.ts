import { mallocSettings } from '../../util/malloc-settings.js';

const kept = [
  'PATH',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'DYLD_LIBRARY_PATH',
  'SystemRoot',
  'SystemDrive',
  'ComSpec',
  'TEMP',
  'TMP',
  'USERNAME',
];

/**
 * The environment of the server's processes: only what programs need to start. `PG*` variables would
 * change the server, and the other variables may hold secrets, which the server must not get (it may run as another
 * user).
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...mallocSettings(512 * 1024), LC_ALL: 'C', TZ: 'UTC' };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  if (process.platform !== 'win32') {
    environment.PATH = [environment.PATH, '/usr/bin', '/bin'].filter(Boolean).join(':');
  }
  return environment;
}
