import { defineConfig } from "vitest/config";

// The search with fresh seeds: npm run test:cluster. What it found once runs with npm test, by the seeds of cluster.test.ts.
export default defineConfig({
  test: { include: ["tests/cluster/random.test.ts"], pool: "forks", root: new URL("../..", import.meta.url).pathname },
});
