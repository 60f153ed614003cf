/**
 * The second step of the action. Writes the result as one comment on the pull request, and updates it in later runs. If
 * everything is in sync and the pull request has no comment yet, it writes nothing. Fails if GitHub rejects the request.
 */
import { readFile } from 'node:fs/promises';

const MARKER = '<!-- driftmark -->';
const PER_PAGE = 100;

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_TOKEN, COMMENT_FILE } = process.env;

async function call(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${GITHUB_TOKEN}`,
      'x-github-api-version': '2022-11-28',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.json();
  const hint = response.status === 403 ? ' The job needs the permission `pull-requests: write`.' : '';
  throw new Error(`GitHub answered ${response.status} to ${method} ${path}.${hint}`);
}

async function findComment(pull) {
  for (let page = 1; ; page++) {
    const comments = await call('GET', `issues/${pull}/comments?per_page=${PER_PAGE}&page=${page}`);
    const found = comments.find(({ body }) => body?.startsWith(MARKER));
    if (found || comments.length < PER_PAGE) return found;
  }
}

const event = JSON.parse(await readFile(GITHUB_EVENT_PATH, 'utf8'));
const pull = event.pull_request?.number;
const found = COMMENT_FILE ? await readFile(COMMENT_FILE, 'utf8').catch(() => '') : '';
const changes = await readFile(`${process.env.RUNNER_TEMP}/driftmark-changes.md`, 'utf8').catch(() => '');
const result = found || `${MARKER}\n\n## driftmark: could not check\n\nThe log of the job has the reason.\n`;
const body = changes === '' ? result : `${result}\n${changes}`;
if (pull === undefined) console.log('No pull request started this run: there is nothing to comment on.');
else {
  const existing = await findComment(pull);
  const isWorthIt = existing !== undefined || found === '' || found.includes('\n### ') || changes !== '';
  if (existing) await call('PATCH', `issues/comments/${existing.id}`, { body });
  else if (isWorthIt) await call('POST', `issues/${pull}/comments`, { body });
  console.log(isWorthIt ? 'The comment is up to date.' : 'All is in sync: no comment.');
}
