import path from 'node:path';
import { inspect } from 'node:util';
import type { ReportFormat } from '../report/report.js';
import { findWorkspaces } from '../project/workspaces.js';
import type { FoundMigrations } from './migrations.js';
import type { Project } from './detect-project.js';
import { exists } from '../util/fs.js';
import { plannedFile, type PlannedFile } from './planned-file.js';

const PURPOSE = 'the settings';

/** A config that makes targets of the migrations that were found. */
export async function planConfig(
  { root, packageManager }: Project,
  found: readonly FoundMigrations[],
  format: ReportFormat | undefined,
): Promise<PlannedFile> {
  const settings = { ...(await settingsFor(root, found)), ...(format && { format }) };
  if (!packageManager) {
    // Without a package.json the name would be the folder's, which every clone may call as it likes.
    const named = { ...(found.length === 1 && { name: path.basename(root) }), ...settings };
    return plannedFile(
      path.join(root, 'driftmark.config.json'),
      PURPOSE,
      `${JSON.stringify(named, null, 2)}\n`,
    );
  }
  const usesTypeScript = await exists(path.join(root, 'tsconfig.json'));
  const body = ['{', ...Object.entries(settings).map(line), ...HINTS, '}'].join('\n');
  return usesTypeScript
    ? plannedFile(
        path.join(root, 'driftmark.config.ts'),
        PURPOSE,
        `import type { UserConfig } from 'driftmark';\n\n${ABOUT}export default ${body} satisfies UserConfig;\n`,
      )
    : plannedFile(
        path.join(root, 'driftmark.config.mjs'),
        PURPOSE,
        `${ABOUT}/** @type {import('driftmark').UserConfig} */\nexport default ${body};\n`,
      );
}

const ABOUT = '// Every setting: node_modules/driftmark/docs/config.md\n';
const HINTS = [
  "  // postgresVersion: 16, // production's major version",
  "  // roles: ['app_reader'], // roles that the migrations grant to",
];

const line = ([name, value]: [string, unknown]) => {
  const literal = inspect(value, { depth: null, maxArrayLength: null, breakLength: 100 });
  return `  ${name}: ${literal.replaceAll('\n', '\n  ')},`;
};

/** Only what is not so by default. */
async function settingsFor(root: string, found: readonly FoundMigrations[]): Promise<object> {
  const [first] = found;
  if (found.length === 1 && first?.dir === '.')
    return first.migrations === 'migrations' ? {} : { migrations: first.migrations };
  const workspaces = (await findWorkspaces(root)) ?? [];
  const isDefault = ({ dir, migrations }: FoundMigrations) =>
    migrations === 'migrations' && workspaces.includes(path.resolve(root, dir));
  if (found.every(isDefault)) return {};
  return {
    targets: found.map(({ dir, migrations }) =>
      migrations === 'migrations' ? dir : { path: dir, migrations },
    ),
  };
}
