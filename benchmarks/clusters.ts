import { withClusters, type Clusters } from '../tests/support/cluster.js';
import type { PostgresMajor } from '../tests/support/postgres-versions.js';
import { makeClusterTemplates } from '../tests/support/shared/cluster-template.js';

/** Servers that run only during a benchmark, or the reason why they are not available. */
export async function withBenchmarkClusters<T>(
  major: PostgresMajor,
  use: (clusters: Clusters) => Promise<T>,
): Promise<T | { readonly unavailable: string }> {
  const templates = makeClusterTemplates();
  try {
    return await withClusters(major, use, templates);
  } finally {
    await templates.stop();
  }
}
