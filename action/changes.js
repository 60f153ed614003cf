/**
 * Prints the changes of the schema that a pull request makes, as Markdown: it compares the reports of the base with those
 * of the pull request. Prints nothing without changes.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const { GITHUB_EVENT_PATH, INPUT_VERSION, JSON_FILE } = process.env;

const run = (command, args) => spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1024 ** 3 });
const git = (...args) => run('git', args).status === 0;

/** The section of one target; an empty string without changes. */
function changesOf({ name, report }, base) {
  if (!git('cat-file', '-e', `${base}:./${report}`)) return `### \`${name}\`: new report\n`;
  const driftmark = `driftmark${INPUT_VERSION ? `@${INPUT_VERSION}` : ''}`;
  const args = ['diff', `git:${base}:${report}`, report, '--reporter', 'markdown', '--no-diff'];
  const { status, stdout, stderr } = run('npx', ['--yes', '--', driftmark, ...args]);
  if (status === 0) return '';
  if (status !== 2) throw new Error(stderr);
  // The heading names the two sources. The name of the target says more.
  return stdout.slice(stdout.indexOf('\n### ') + 1).replace(/^### .*?: (?=\d)/, () => `### \`${name}\`: `);
}

const base = JSON.parse(await readFile(GITHUB_EVENT_PATH, 'utf8')).pull_request?.base?.sha;
const text = await readFile(JSON_FILE, 'utf8').catch(() => '{ "targets": [] }');
if (base !== undefined) {
  // A shallow clone lacks the base.
  if (!git('cat-file', '-e', `${base}^{commit}`))
    git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', base);
  const targets = new Map(JSON.parse(text).targets.map((target) => [target.report, target]));
  const sections = [...targets.values()]
    .map((target) => changesOf(target, base))
    .filter((each) => each !== '');
  if (sections.length > 0) console.log(`## Schema changes\n\n${sections.join('\n')}`);
}
