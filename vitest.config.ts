import { configDefaults, defineConfig } from "vitest/config";

// Tests run on the sources: no build stands between a change and its test.
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tests/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "tests/cluster/random.test.ts"], // npm run test:cluster
    pool: "forks",
    testTimeout: 15_000,
    reporters: ["default", "./tests/support/no-silent-skips.ts"],
  },
});
