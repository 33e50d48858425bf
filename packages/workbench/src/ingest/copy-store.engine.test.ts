import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtStart } from "../cli/testing/built.ts";
import type { Store } from "../store/store.ts";
import { freshClickhouse, type FreshClickhouse } from "../store/testing/clickhouse.ts";
import { fiftyQueries } from "../store/testing/fifty-queries.ts";
import { traffic } from "../store/testing/traffic.ts";
import { copyStore } from "./copy-store.ts";
import { digestOf } from "./digest.ts";
import { openStore } from "./open-store.ts";

const CALLS = 900;
const directory = mkdtempSync(join(tmpdir(), "whysaid-copy-"));
const path = join(directory, "store.db");
let server: FreshClickhouse;
let from: Store;
let asked: { readonly ids: readonly string[]; readonly sinceMs: number };
beforeAll(async () => {
  server = await freshClickhouse(digestOf, join(directory, "keys"));
  from = await openStore(path);
  asked = await traffic(from, CALLS);
});
afterAll(async () => {
  await from.close();
  await server.drop();
  rmSync(directory, { recursive: true, force: true });
});

/** `whysaid copy` as a person runs it. */
const command = (): ReturnType<typeof spawn> =>
  spawn(process.execPath, [builtStart, "copy", "--dir", directory, "--from", path, "--to", server.address, "--json"], { stdio: ["ignore", "pipe", "inherit"] });

test("a copy to ClickHouse that was killed goes on where it stood, and then both stores answer fifty questions alike", async () => {
  const to = await server.open();
  const killed = command();
  const ended = once(killed, "exit");
  while ((await to.documents.list("copy", { limit: 1 })).length === 0 && killed.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  killed.kill("SIGKILL");
  await ended;
  const half = await to.counts();
  expect(half.traces).toBeGreaterThan(0);
  expect(half.traces).toBeLessThan(CALLS);

  const second = command();
  let printed = "";
  second.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  expect((await once(second, "exit"))[0]).toBe(0);
  const outcome = JSON.parse(printed) as { readonly traces: number; readonly different: readonly string[] };
  expect(outcome.different).toEqual([]);
  expect(outcome.traces).toBeLessThan(CALLS);

  const answers = await fiftyQueries(from, asked.ids, asked.sinceMs);
  const answered = await fiftyQueries(to, asked.ids, asked.sinceMs);
  expect(answers).toHaveLength(50);
  expect(answered.map((answer, at) => (at === 45 ? ["case"] : answer))).toEqual(answers);
  const damage: unknown[] = [];
  for await (const one of to.verify()) damage.push(one);
  expect(damage).toEqual([]);
  await to.close();
});

test("what is copied back from ClickHouse is what was copied there", async () => {
  const to = await server.open();
  const back = await openStore(join(directory, "back", "store.db"));
  expect(await copyStore(to, back)).toMatchObject({ traces: CALLS, duplicates: 0, different: [] });
  expect((await fiftyQueries(back, asked.ids, asked.sinceMs)).map((answer, at) => (at === 45 ? ["case"] : answer))).toEqual(await fiftyQueries(from, asked.ids, asked.sinceMs));
  await back.close();
  await to.close();
});
