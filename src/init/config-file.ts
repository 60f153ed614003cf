import path from 'node:path';
import { inspect } from 'node:util';
import type { ReportFormat } from '../report/report.js';
import { findWorkspaces } from '../project/workspaces.js';
import { exists } from '../util/fs.js';
import type { Project } from './detect-project.js';
import { plannedFile, type PlannedFile } from './planned-file.js';
import type { PlannedTarget } from './targets.js';

/** Plans a config file with the targets that were found. It holds only what differs from the defaults. */
export async function planConfig(
  { root, packageManager, postgres }: Project,
  targets: readonly PlannedTarget[],
  format: ReportFormat | undefined,
): Promise<PlannedFile> {
  const settings = {
    ...(await settingsFor(root, targets)),
    ...(postgres && { postgresVersion: postgres.major }),
    ...(format && { reportFormat: format }),
  };
  const purpose = Object.keys(settings).length === 0 ? 'config file, all defaults' : 'config file';
  if (!packageManager) {
    // Without a package.json the name would be that of the folder, and every clone may name its folder differently.
    const named = { ...(targets.length === 1 && { name: path.basename(root) }), ...settings };
    return plannedFile(
      path.join(root, 'driftmark.config.json'),
      purpose,
      `${JSON.stringify(named, null, 2)}\n`,
    );
  }
  const usesTypeScript = await exists(path.join(root, 'tsconfig.json'));
  const lines = Object.entries(settings).map(([name, value]) =>
    name === 'postgresVersion' && postgres
      ? `${setting(name, value)} // as in ${postgres.file}`
      : setting(name, value),
  );
  const hints = postgres ? [ROLES_HINT] : [VERSION_HINT, ROLES_HINT];
  const body = ['{', ...lines, ...hints, '}'].join('\n');
  return usesTypeScript
    ? plannedFile(
        path.join(root, 'driftmark.config.ts'),
        purpose,
        `import type { UserConfig } from 'driftmark';\n\n${ABOUT}export default ${body} satisfies UserConfig;\n`,
      )
    : plannedFile(
        path.join(root, 'driftmark.config.mjs'),
        purpose,
        `${ABOUT}/** @type {import('driftmark').UserConfig} */\nexport default ${body};\n`,
      );
}

const ABOUT = '// All settings: node_modules/driftmark/docs/config.md\n';
const VERSION_HINT = '  // postgresVersion: 16, // the major version in production';
const ROLES_HINT = "  // roles: ['app_reader'], // roles that the migrations grant privileges to";

const setting = (name: string, value: unknown) => {
  const literal = inspect(value, { depth: null, maxArrayLength: null, breakLength: 100 });
  return `  ${name}: ${literal.replaceAll('\n', '\n  ')},`;
};

async function settingsFor(root: string, targets: readonly PlannedTarget[]): Promise<object> {
  const [first] = targets;
  if (targets.length === 1 && first?.path === '.') {
    const { path: _path, ...settings } = first;
    return settings;
  }
  const workspaces = (await findWorkspaces(root)) ?? [];
  const isPlain = (target: PlannedTarget) => Object.keys(target).length === 1;
  if (targets.every((target) => isPlain(target) && workspaces.includes(path.resolve(root, target.path))))
    return {};
  return { targets: targets.map((target) => (isPlain(target) ? target.path : target)) };
}
