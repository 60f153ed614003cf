import { majorOf } from './embedded/programs.js';

/** The superuser of the embedded server. Migrations expect that this role exists. */
export const superuser = 'postgres';

/** The maintenance database: driftmark runs only statements about other databases in it. */
export const maintenanceDatabase = 'postgres';

/**
 * The arguments of initdb. None of them needs quoting in a shell. UTF8 and C give the same order and the same case
 * folding on every system. Small WAL segments, and few of them, make the data directory quick to copy.
 */
export function initdbArguments(version: string): string[] {
  return [
    `--username=${superuser}`,
    // On Unix, the permissions of the socket's folder protect the server.
    `--auth=${process.platform === 'win32' ? 'scram-sha-256' : 'trust'}`,
    '--encoding=UTF8',
    '--locale=C',
    '--wal-segsize=1',
    ...(majorOf(version) >= 18 ? ['--no-data-checksums'] : []),
    ...(majorOf(version) >= 16 ? ['-c', 'min_wal_size=2MB', '-c', 'max_wal_size=2MB'] : []),
    '--no-sync',
    '--no-instructions',
  ];
}

/**
 * The settings of the server. They are set on its command line, so that ALTER SYSTEM cannot change them. No data has to
 * survive a crash (PostgreSQL manual, 30.1 and 14.5), no other clients connect, and background processes that a few short
 * sessions do not need are turned off. Tables in shared memory are as small as the sessions need.
 */
export function serverSettings(version: string): Record<string, string> {
  return {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_init_zero: 'off',
    max_wal_size: '1GB',
    checkpoint_timeout: '1d',
    autovacuum: 'off',
    autovacuum_max_workers: '1',
    bgwriter_lru_maxpages: '0',
    shared_buffers: '8MB',
    huge_pages: 'off',
    max_connections: '50',
    max_locks_per_transaction: '128',
    max_pred_locks_per_transaction: '10',
    max_parallel_workers_per_gather: '0',
    max_parallel_maintenance_workers: '0',
    max_logical_replication_workers: '0',
    jit: 'off',
    update_process_title: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    ...(majorOf(version) >= 18 && {
      io_method: 'sync',
      io_max_concurrency: '2',
      autovacuum_worker_slots: '1',
    }),
  };
}

/** The settings as arguments of `postgres`. */
export function settingArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
