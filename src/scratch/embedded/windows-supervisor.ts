/*
 * The supervisor on Windows, a program of its own: the same arguments and duties as the shell script in
 * supervisor.ts. The server is started and stopped by pg_ctl, which alone can start it for a user with
 * administrative rights (manual: pg_ctl). Written with care, but not yet run on Windows.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { passwordFile } from './endpoint.js';

const [folder = '', prepared = '', keep = '', initdb = '', initdbOptions = '', postgres = '', ...options] =
  process.argv.slice(2);
const data = path.join(folder, 'data');
const log = openSync(path.join(folder, 'server.log'), 'a');

function run(program: string, options: readonly string[]): boolean {
  const stdio = ['ignore', log, log] as const;
  return spawnSync(program, options, { stdio: [...stdio], windowsHide: true }).status === 0;
}

function pgCtl(command: string, ...more: string[]): boolean {
  return run(path.join(path.dirname(postgres), 'pg_ctl.exe'), [
    command,
    `--pgdata=${data}`,
    '--wait',
    ...more,
  ]);
}

function fill(): boolean {
  if (prepared !== '') {
    cpSync(prepared, data, { recursive: true });
    return true;
  }
  const file = path.join(folder, passwordFile);
  writeFileSync(file, randomBytes(24).toString('hex'));
  if (!run(initdb, [...initdbOptions.split(' '), `--pwfile=${file}`, `--pgdata=${data}`])) return false;
  cpSync(file, path.join(data, passwordFile));
  if (keep !== '') cpSync(data, path.join(keep, 'data'), { recursive: true });
  return true;
}

// `-D <data>` is pg_ctl's business; the rest, `-c name=value`, holds no spaces.
const settings = options.slice(2).join(' ');
const started = fill() && pgCtl('start', '--options', settings, '--log', path.join(folder, 'postgres.log'));
if (!started) process.stdout.write('ended\n');

process.stdin.resume();
process.stdin.once('close', () => {
  if (started) pgCtl('stop', '--mode=immediate');
  process.chdir('..');
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});
