import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { conditions: ["whysaid-source"] },
  ssr: { resolve: { conditions: ["whysaid-source"] } },
  test: {
    include: ["src/**/*.cases.ts"],
    pool: "forks",
    maxWorkers: 1,
    // In this repository the packages are sources: Node loads them itself, faster than they could be transformed for a test run.
    execArgv: ["--conditions=whysaid-source", "--import", "tsx"],
    server: { deps: { external: [/packages\/(recorder|workbench)\/src\//] } },
  },
});
