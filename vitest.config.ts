import { configDefaults, defineConfig } from "vitest/config";

// Tests run on the sources: no build stands between a change and its test.
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "tests/**/*.test.{ts,tsx}",
      "bench/**/*.test.ts",
    ],
    exclude: [...configDefaults.exclude, "tests/cluster/{random,laws}.test.ts"], // npm run test:cluster, npm run test:laws
    pool: "forks",
    maxWorkers: 2, // on two cores, too: many tests wait for a lease or a grace
    testTimeout: 15_000,
    reporters: ["default", "./tests/support/no-silent-skips.ts"],
  },
});
