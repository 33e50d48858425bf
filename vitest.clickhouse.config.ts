import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What runs against ClickHouse: `npm run test:clickhouse`. One file at a time: they share one engine. */
export default mergeConfig({ ...base, test: { ...base.test, include: [], exclude: [] } }, defineConfig({ test: { include: ["packages/*/src/**/*.engine.test.ts"], exclude: ["**/node_modules/**"], maxWorkers: 1, testTimeout: 400_000, hookTimeout: 120_000 } }));
