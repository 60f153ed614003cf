import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expandVariables } from '../../config/interpolate.js';
import { DriftmarkError, type ErrorDetail } from '../../errors.js';
import { addressFromEnvironment, parseAddress, type Address } from '../../live/connection/address.js';
import type { Target } from '../../project/targets.js';
import type { CommandContext } from '../context.js';
import type { LiveOptions } from './live.js';

/** A target, and the databases that are to be as its report says. */
export interface TargetDatabases {
  readonly target: Target;
  readonly addresses: readonly Address[];
}

type Where = Pick<CommandContext, 'host' | 'signal'>;

/**
 * Which databases are meant, and for which target.
 * @throws {DriftmarkError} `usage` where that is not clear. No message repeats a URL.
 */
export async function liveAddresses(
  targets: readonly Target[],
  options: LiveOptions,
  context: Where,
): Promise<readonly TargetDatabases[]> {
  const watched = options.live
    ? ofEach(targets, context.host.env)
    : [{ target: theOne(targets, options), addresses: await given(options, context) }];
  const { connectTimeout } = options;
  return connectTimeout === undefined
    ? watched
    : watched.map(({ target, addresses }) => ({
        target,
        addresses: addresses.map((address) => ({ ...address, connectTimeout })),
      }));
}

function theOne(targets: readonly Target[], { url }: LiveOptions): Target {
  const [target, ...others] = targets;
  if (target && others.length === 0) return target;
  throw new DriftmarkError(
    'usage',
    `${url ? '--url' : '--urls-from'} goes with one target, and there are ${targets.length}: ${listed(targets)}.`,
    {
      remedy:
        'Name one (driftmark check <folder> --url …), or give each its own `url` in the config and use --live.',
    },
  );
}

async function given({ url = [], urlsFrom }: LiveOptions, context: Where): Promise<readonly Address[]> {
  const { host } = context;
  const urls = url.map((each) => ({ url: each, place: '--url' }));
  const listed = urlsFrom === undefined ? [] : await urlsIn(urlsFrom, context);
  const addresses = new Map<string, Address>();
  const mistakes: ErrorDetail[] = [];
  for (const { url: each, place } of [...urls, ...listed]) {
    try {
      addresses.set(each, parseAddress(each, host.env));
    } catch (error) {
      if (!(error instanceof DriftmarkError)) throw error;
      mistakes.push({ label: place, text: error.message });
    }
  }
  if (mistakes.length > 0) {
    throw new DriftmarkError('usage', 'Not every database can be told from its URL.', {
      details: mistakes,
      remedy: 'A URL is such as postgres://reader@db.example.com:5432/app?sslmode=verify-full.',
    });
  }
  return [...addresses.values()];
}

/** The URLs of a file, or of stdin: one a line. Blank lines, and those that begin with #, are none. */
async function urlsIn(
  from: string,
  { host, signal }: Where,
): Promise<readonly { readonly url: string; readonly place: string }[]> {
  const name = from === '-' ? 'stdin' : from;
  const content =
    from === '-'
      ? await text(addAbortSignal(signal, host.stdin))
      : await contentOf(path.resolve(host.cwd(), from));
  const urls = content
    .split(/\r?\n/)
    .map((line, at) => ({ url: line.trim(), place: `${name}:${at + 1}` }))
    .filter(({ url }) => url !== '' && !url.startsWith('#'));
  if (urls.length > 0) return urls;
  throw new DriftmarkError('usage', `There is no URL in ${name}.`, {
    remedy: 'Write one a line; lines that begin with # are passed over.',
  });
}

function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new DriftmarkError('file-failed', `The file of --urls-from could not be read (${code}).`, {
      ...(!file.includes(':/') && { place: { file } }),
      remedy: 'It is a file with one URL a line, or - for stdin. A single URL goes with --url.',
    });
  });
}

/** Each target's own database; that of the environment for one target that has none. */
function ofEach(targets: readonly Target[], env: NodeJS.ProcessEnv): readonly TargetDatabases[] {
  const without = targets.filter(({ settings }) => settings.url === undefined);
  if (without.length > 0 && targets.length > 1) {
    throw new DriftmarkError(
      'usage',
      `--live needs the database of each of ${targets.length} targets, and the config has none for ${listed(without)}.`,
      { remedy: 'Give each its `url` in the config, or name one target.' },
    );
  }
  return targets.map((target) => {
    const { url } = target.settings;
    if (url === undefined) return { target, addresses: [fromEnvironment(env)] };
    return { target, addresses: [namedBy('url', () => parseAddress(expandVariables('url', url, env), env))] };
  });
}

function fromEnvironment(env: NodeJS.ProcessEnv): Address {
  const url = env.DRIFTMARK_URL ?? '';
  const address =
    url === '' ? addressFromEnvironment(env) : namedBy('DRIFTMARK_URL', () => parseAddress(url, env));
  if (address) return address;
  throw new DriftmarkError('usage', '--live has no database to look at.', {
    remedy:
      'Set DRIFTMARK_URL or the PG* variables (PGHOST, PGDATABASE, …), or the setting `url` in the config.',
  });
}

/** Says where a URL that is none came from. */
function namedBy(place: string, parse: () => Address): Address {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code !== 'usage') throw error;
    const { message, remedy } = error;
    throw new DriftmarkError('usage', message, { place: { object: place }, ...(remedy && { remedy }) });
  }
}

const listed = (targets: readonly Target[]) => {
  const names = targets.slice(0, 5).map(({ name }) => name);
  return names.join(', ') + (targets.length > names.length ? ', …' : '');
};
