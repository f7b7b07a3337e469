import { defineConfig } from "vitest/config";

// The search with fresh seeds: npm run test:cluster. What it found once runs with npm test, by the seeds of cluster.test.ts.
export default defineConfig({
  test: {
    include: ["tests/cluster/{random,laws}.test.ts"],
    pool: "forks",
    maxConcurrency: 4, // clusters side by side: their runs wait more than they work
    root: new URL("../..", import.meta.url).pathname,
  },
});
