import { afterAll, beforeAll } from 'vitest';
import { withClusters, type Clusters } from './cluster.js';
import type { AnyMajor } from './postgres-versions.js';

/** The same for all tests of a file: started before the first of them, and gone after the last. */
export function sharedClusters(major: AnyMajor, prepare: (clusters: Clusters) => Promise<void>) {
  let unavailable: string | undefined;
  let finish: () => void = () => undefined;
  let whole: Promise<unknown> = Promise.resolve();
  beforeAll(
    () =>
      new Promise<void>((resolve, reject) => {
        whole = withClusters(major, async (clusters) => {
          await prepare(clusters);
          resolve();
          await new Promise<void>((done) => (finish = done));
          return {};
        }).then((result) => {
          if ('unavailable' in result) unavailable = result.unavailable;
          resolve();
        }, reject);
      }),
  );
  afterAll(async () => {
    finish();
    await whole;
  });
  return {
    skipUnlessThere: ({ skip }: { readonly skip: (note?: string) => void }) => {
      if (unavailable !== undefined) skip(unavailable);
    },
  };
}
