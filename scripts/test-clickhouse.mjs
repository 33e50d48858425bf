/**
 * `npm run test:clickhouse`: what needs a ClickHouse, against the engine itself (test/clickhouse, installed on first use) or against the server `WHYSAID_TEST_CLICKHOUSE_URL` names, which may
 * be a cluster. Fails when anything does not hold, and when no ClickHouse can be had.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { installEngine, startEngine } from "../test/clickhouse/engine.mjs";
import { ensureInstalled, root } from "./setup.mjs";

ensureInstalled();
const given = process.env.WHYSAID_TEST_CLICKHOUSE_URL;
if (!given && !installEngine()) {
  console.error("test:clickhouse: ClickHouse's engine (npm package chdb) cannot be installed or started here. Nothing of the ClickHouse store was tested. Name a server with WHYSAID_TEST_CLICKHOUSE_URL instead.");
  process.exit(1);
}
const engine = given ? null : await startEngine();
const url = given ?? engine.url;
const child = spawn(process.execPath, [`${root}/node_modules/vitest/vitest.mjs`, "run", "--config", `${root}/vitest.clickhouse.config.ts`, ...process.argv.slice(2)], { cwd: root, stdio: "inherit", env: { ...process.env, WHYSAID_TEST_CLICKHOUSE_URL: url } });
const [code] = await once(child, "exit");
await engine?.stop();
process.exit(code ?? 1);
