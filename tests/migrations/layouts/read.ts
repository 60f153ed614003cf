import { find, inProject, type Files } from '../project.js';

/** The names of the migrations of a project, in order. */
export const namesIn = async (files: Files, folder?: string) =>
  inProject(files, async (dir) => (await find(dir, folder)).migrations.map(({ name }) => name));

/** What is sent up and down, and whether in a transaction. */
export const scriptsIn = (files: Files, folder?: string) =>
  inProject(files, async (dir) =>
    (await find(dir, folder)).migrations.map(({ up, down }) =>
      [up, down].flatMap((script) =>
        script ? [[script.transaction, ...script.queries.map(({ text }) => text.trim())]] : [],
      ),
    ),
  );

export const noticesIn = (files: Files, folder?: string) =>
  inProject(files, async (dir) =>
    (await find(dir, folder)).notices.map((notice) => notice.replaceAll(dir, '.')),
  );
