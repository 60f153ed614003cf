import { expandVariables } from '../../config/interpolate.js';
import { DriftmarkError, withPlace, type ErrorDetail } from '../../errors.js';
import { addressFromEnvironment, parseAddress, type Address } from '../../live/connection/address.js';
import { omitUndefined } from '../../util/omit-undefined.js';
import type { Target } from '../../project/targets.js';

/** A target, and the databases that must match its report. */
export interface TargetDatabases {
  readonly target: Target;
  readonly addresses: readonly Address[];
}

const EXAMPLE = 'Use a URL like postgres://reader@db.example.com:5432/app.';

/** A connection URL, and the option, file and line, or API field that it was given in. */
export interface GivenUrl {
  readonly url: string;
  readonly place: string;
}

/**
 * The databases of URLs that were given for a single target. A URL that is given twice is checked once.
 * `connectTimeout` is in seconds, and overrides that of a URL.
 * @throws {DriftmarkError} code `usage` if a URL is not valid, or if there is not exactly one target.
 */
export function databasesAt(
  urls: readonly GivenUrl[],
  targets: readonly Target[],
  env: NodeJS.ProcessEnv,
  connectTimeout?: number,
): TargetDatabases {
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) {
    throw new DriftmarkError(
      'usage',
      `A database URL requires exactly one target, but ${targets.length} were found: ${namesOf(targets)}.`,
      {
        remedy:
          'Select one with `npx driftmark check <folder> --url <url>`, or set `url` for each target in the config and use --live.',
      },
    );
  }
  const addresses = new Map<string, Address>();
  const mistakes: (ErrorDetail & Pick<DriftmarkError, 'remedy'>)[] = [];
  for (const { url, place } of urls) {
    try {
      addresses.set(url, { ...parseAddress(url, env), ...omitUndefined({ connectTimeout }) });
    } catch (error) {
      if (!(error instanceof DriftmarkError)) throw error;
      mistakes.push({ label: place, text: error.message, remedy: error.remedy });
    }
  }
  const [mistake] = mistakes;
  if (mistake && mistakes.length === 1) {
    throw new DriftmarkError('usage', mistake.text, {
      place: { object: mistake.label },
      remedy: mistake.remedy ?? EXAMPLE,
    });
  }
  if (mistake) {
    throw new DriftmarkError('usage', 'Some database URLs are not valid.', {
      details: mistakes,
      remedy: mistake.remedy ?? EXAMPLE,
    });
  }
  return { target, addresses: [...addresses.values()] };
}

/**
 * The database of each target: its setting `url`. A single target without one gets the database of DRIFTMARK_URL or the
 * `PG*` variables.
 * @throws {DriftmarkError} code `usage` if a target has no database; code `config` if a variable in a URL is not set.
 */
export function configuredDatabases(
  targets: readonly Target[],
  env: NodeJS.ProcessEnv,
  connectTimeout?: number,
): readonly TargetDatabases[] {
  const limit = omitUndefined({ connectTimeout });
  const without = targets.filter(({ settings }) => settings.url === undefined);
  if (without.length > 0 && targets.length > 1) {
    throw new DriftmarkError(
      'usage',
      `--live: no \`url\` configured for ${namesOf(without)} (${targets.length} targets selected).`,
      { remedy: 'Set `url` for each target in the config, or select one target.' },
    );
  }
  return targets.map((target) => {
    const { url } = target.settings;
    if (url === undefined) return { target, addresses: [{ ...fromEnvironment(env), ...limit }] };
    const address = withPlace('url', () => parseAddress(expandVariables('url', url, env), env));
    return { target, addresses: [{ ...address, ...limit }] };
  });
}

function fromEnvironment(env: NodeJS.ProcessEnv): Address {
  const url = env.DRIFTMARK_URL ?? '';
  const address =
    url === '' ? addressFromEnvironment(env) : withPlace('DRIFTMARK_URL', () => parseAddress(url, env));
  if (address) return address;
  throw new DriftmarkError('usage', '--live: no database configured.', {
    remedy: 'Set `url` in the config, DRIFTMARK_URL, or the PG* variables (PGHOST, PGDATABASE, …).',
  });
}

const MAX_LISTED = 5;

function namesOf(targets: readonly Target[]): string {
  const names = targets.slice(0, MAX_LISTED).map(({ name }) => name);
  return names.join(', ') + (targets.length > MAX_LISTED ? ', …' : '');
}
