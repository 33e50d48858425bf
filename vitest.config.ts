import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["whysaid-source"] },
  ssr: { resolve: { conditions: ["whysaid-source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    // Those need a ClickHouse: `npm run test:clickhouse`.
    exclude: ["**/node_modules/**", "**/*.engine.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    globalSetup: ["packages/workbench/src/cli/testing/built.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Files share a process and its loaded modules, and leave nothing behind in them: loading all of the workbench anew for each was half of what the tests took.
    isolate: false,
  },
});
