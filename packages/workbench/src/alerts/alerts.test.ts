import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { CommandOptions } from "../cli/command.ts";
import { run } from "../cli/commands/alerts.ts";
import { readSettings } from "../cli/env.ts";
import { capturedOutput } from "../cli/testing/captured-output.ts";
import { whysaid } from "../cli/testing/whysaid.ts";
import { digestOf } from "../ingest/digest.ts";
import { runningServer } from "../server/testing/running.ts";
import { openSqliteStore } from "../store/sqlite/open-sqlite.ts";
import type { Store } from "../store/store.ts";
import { addCall, HandSegment, traceOf, writerOf } from "../store/testing/batches.ts";
import { alertConfig, type AlertConfig } from "./config.ts";
import { check } from "./check.ts";
import { deliver } from "./deliver.ts";
import { testMessage, type AlertMessage } from "./message.ts";
import { webhookReceiver, type Receiver } from "./testing/receiver.ts";

const HOUR_MS = 3_600_000;
const nowMs = Date.UTC(2026, 10, 28, 12);
let receiver: Receiver;
let folder: string;
let store: Store;
let written = 0;
beforeAll(async () => {
  receiver = await webhookReceiver();
  folder = mkdtempSync(join(tmpdir(), "whysaid-alerts-"));
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  written += 1;
  store = await openSqliteStore(join(folder, `${written}.db`), { digestOf });
});
afterEach(() => store.close());

let writer = 0;
/** Calls ending `agoHours` before now, every n-th of them failing the rule. */
async function traffic(into: Store, { calls, agoHours, failEvery = 0, model = "gpt-4o", atMs = nowMs }: { readonly calls: number; readonly agoHours: number; readonly failEvery?: number; readonly model?: string; readonly atMs?: number }): Promise<void> {
  const segment = new HandSegment(writerOf((writer += 1)));
  for (let n = 0; n < calls; n += 1) addCall(segment, { trace: traceOf(writer * 10_000 + n), atMs: atMs - agoHours * HOUR_MS - n * 1000, model, ...(failEvery > 0 && n % failEvery === 0 ? { failedRule: "dose_range" } : {}) });
  await into.ingest(segment.batch());
}
const target = (format: "json" | "slack" = "json") => ({ url: `${receiver.url}/hook-secret`, format, allowLoopback: true });
const config = (rule: Record<string, unknown>, more: Record<string, unknown> = {}): AlertConfig => alertConfig({ url: "https://whysaid.example.org/", targets: { ops: target() }, rules: [{ name: "doses", ...rule }], ...more }) as AlertConfig;
const doses = { measure: "rule:dose_range", feature: "dose-summary", above: 0.02 };
const saidBy = async (work: () => Promise<unknown>): Promise<readonly AlertMessage[]> => {
  const before = receiver.received.length;
  await work();
  return receiver.received.slice(before).map(({ body }) => JSON.parse(body) as AlertMessage);
};

test("a rule fires once when its share is above by more than chance, is quiet while nothing changes, and says when it is over", async () => {
  await traffic(store, { calls: 200, agoHours: 2, failEvery: 10 });
  const [fired] = await saidBy(() => check(store, config(doses), { nowMs }));
  expect(fired).toMatchObject({ event: "firing", rule: "doses", feature: "dose-summary", figure: { count: 20, of: 200 }, above: 0.02 });
  expect(fired?.sentence).toMatch(/^dose_range fails: 10\.0 % \[\d\.\d, \d+\.\d\] of 200 traces of dose-summary in 1 d; the rule says at most 2\.0 %$/);
  expect(fired?.traces).toHaveLength(5);
  expect(fired?.links[0]?.url).toMatch(/^https:\/\/whysaid\.example\.org\/traces\?feature=dose-summary&rule=dose_range&sinceMs=\d+$/);
  expect(await saidBy(() => check(store, config(doses), { nowMs: nowMs + 300_000 }))).toEqual([]);
  await traffic(store, { calls: 150, agoHours: -30 });
  const [over] = await saidBy(() => check(store, config(doses), { nowMs: nowMs + 31 * HOUR_MS }));
  expect(over).toMatchObject({ event: "resolved", figure: { count: 0, of: 150 } });
  expect(over?.id).not.toBe(fired?.id);
});

test("a few traces above the threshold are chance, and fewer than `min` say nothing", async () => {
  await traffic(store, { calls: 40, agoHours: 1, failEvery: 20 });
  expect(await saidBy(() => check(store, config(doses), { nowMs }))).toEqual([]);
  const { observations } = await check(store, config({ ...doses, min: 50 }), { nowMs });
  expect(observations).toMatchObject([{ state: "unknown" }]);
});

test("two processes that look at once tell it once", async () => {
  await traffic(store, { calls: 200, agoHours: 2, failEvery: 10 });
  const other = await openSqliteStore(join(folder, `${written}.db`), { digestOf });
  expect(await saidBy(() => Promise.all([check(store, config(doses), { nowMs }), check(other, config(doses), { nowMs })]))).toHaveLength(1);
  await other.close();
});

test("a rise is told from the time before, and is not its own normal a week later", async () => {
  const rises = { measure: "rule:dose_range", rises: true, window: "24h", baseline: "7d" };
  for (let day = 2; day < 8; day += 1) await traffic(store, { calls: 50, agoHours: day * 24, failEvery: 50 });
  expect(await saidBy(() => check(store, config(rises), { nowMs: nowMs - 26 * HOUR_MS }))).toEqual([]);
  await traffic(store, { calls: 100, agoHours: 2, failEvery: 5 });
  const [fired] = await saidBy(() => check(store, config(rises), { nowMs }));
  expect(fired?.sentence).toMatch(/^dose_range fails: 2\.0 % → 20\.0 % \[.*\] of 100 traces of dose-summary in 1 d, against the 7 d before$/);
  for (let day = 1; day < 9; day += 1) await traffic(store, { calls: 40, agoHours: -day * 24, failEvery: 5 });
  expect(await saidBy(() => check(store, config(rises), { nowMs: nowMs + 8 * 24 * HOUR_MS }))).toEqual([]);
});

test("a model not seen before is told once; the models a feature began with are not new", async () => {
  const rule = { measure: "new-model" };
  await traffic(store, { calls: 30, agoHours: 3, model: "gpt-4o" });
  expect(await saidBy(() => check(store, config(rule), { nowMs }))).toEqual([]);
  await traffic(store, { calls: 2, agoHours: -26, model: "gpt-5" });
  const laterMs = nowMs + 27 * HOUR_MS;
  expect(await saidBy(() => check(store, config(rule), { nowMs: laterMs }))).toMatchObject([{ event: "firing", model: "gpt-5-2024-08-06", sentence: "dose-summary is answered by a model not seen in the 7 d before: gpt-5-2024-08-06" }]);
  expect(await saidBy(() => check(store, config(rule), { nowMs: laterMs + HOUR_MS }))).toEqual([]);
});

test("a receiver that is busy is asked again; one that stays away gets it at a later look, under the same id", async () => {
  await traffic(store, { calls: 200, agoHours: 2, failEvery: 10 });
  receiver.answer(503, 429);
  const tries = await saidBy(() => check(store, config(doses), { nowMs, firstPauseMs: 1 }));
  expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
  expect(tries).toHaveLength(3);
  const other = config({ ...doses, name: "other" });
  receiver.answer(500, 500, 500, 500);
  const { undelivered } = await check(store, other, { nowMs, firstPauseMs: 1 });
  expect(undelivered).toMatchObject([{ target: "ops", error: { code: "ALERT_NOT_DELIVERED" } }]);
  expect(undelivered[0]?.error.message).not.toContain("hook-secret");
  expect(await saidBy(() => check(store, other, { nowMs: nowMs + 60_000 }))).toMatchObject([{ event: "firing", rule: "other" }]);
  expect(await saidBy(() => check(store, other, { nowMs: nowMs + 400_000 }))).toEqual([]);
});

test("nothing is sent to link-local addresses, to this machine unasked, or where a redirect leads", async () => {
  const to = (url: string, allowLoopback = false) => deliver(testMessage("test-1", nowMs), { url, format: "json", headers: {}, allowLoopback }, { firstPauseMs: 1 });
  for (const url of ["http://169.254.169.254/latest", "http://[fe80::1]/", "http://100.100.100.200/", receiver.url, "http://localhost:1/", "http://[::ffff:169.254.169.254]/"]) await expect(to(url)).rejects.toMatchObject({ code: "ALERT_TARGET_REFUSED" });
  receiver.answer(302);
  const before = receiver.received.length;
  await expect(to(`${receiver.url}/moved`, true)).rejects.toMatchObject({ code: "ALERT_NOT_DELIVERED" });
  expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(["/moved"]);
});

test("no message holds a recorded text, and a name cannot call a Slack channel", async () => {
  await traffic(store, { calls: 200, agoHours: 2, failEvery: 10 });
  const before = receiver.received.length;
  await check(store, config({ ...doses, name: "<!channel> *doses*" }, { targets: { ops: target(), chat: target("slack") } }), { nowMs });
  const bodies = receiver.received.slice(before).map(({ body }) => body);
  expect(bodies).toHaveLength(2);
  for (const text of ["bed 4", "mg per kilogram", "Weight on admission", "chart/881#3"]) expect(bodies.join()).not.toContain(text);
  const slack = JSON.parse(bodies.find((body) => body.includes("mrkdwn")) ?? "{}") as { readonly text: string; readonly blocks: readonly { readonly text: { readonly text: string } }[] };
  expect(slack.blocks[0]?.text.text).toContain("&lt;!channel&gt;");
  expect(slack.text + slack.blocks[0]?.text.text).not.toContain("<!");
});

test("wrong settings are refused by the place that is wrong", () => {
  const wrong = (given: unknown): string => {
    try {
      alertConfig(given);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const good = { targets: { ops: target() }, rules: [{ name: "a", ...doses }] };
  expect(alertConfig(undefined)).toBeNull();
  expect(wrong(good)).toBe("");
  expect(wrong({ ...good, rules: [{ name: "a", measure: "rule:x" }] })).toMatch(/^alerts\.rules\[0\] needs either/);
  expect(wrong({ ...good, rules: [{ name: "a", measure: "speed", above: 1 }] })).toMatch(/^alerts\.rules\[0\]\.measure is rule:NAME/);
  expect(wrong({ ...good, rules: [{ name: "a", ...doses, to: ["nobody"] }] })).toContain('alerts.rules[0].to there is no target "nobody"');
  expect(wrong({ ...good, rules: [{ name: "a", ...doses }, { name: "a", ...doses }] })).toContain("alerts.rules[1].name is the name of another rule");
  expect(wrong({ ...good, targets: { ops: { url: "file:///etc/passwd" } } })).toMatch(/^alerts\.targets\.ops\.url/);
});

test("whysaid up looks by itself", async () => {
  const coming = receiver.next();
  const up = await runningServer({ alerts: config(doses), alertsEveryMs: 200 });
  const own = await openSqliteStore(join(up.directory, "store.db"), { digestOf });
  await traffic(own, { calls: 200, agoHours: 1, failEvery: 10, atMs: Date.now() });
  await own.close();
  expect(JSON.parse((await coming).body)).toMatchObject({ event: "firing", rule: "doses" });
  await up.close();
});

test("the command says what fires, tells it, and ends with 4", async () => {
  const cwd = mkdtempSync(join(folder, "cli-"));
  const own = await openSqliteStore(join(cwd, "store.db"), { digestOf });
  await traffic(own, { calls: 200, agoHours: 1, failEvery: 10, atMs: Date.now() });
  await own.close();
  writeFileSync(join(cwd, "whysaid.config.ts"), `export default ${JSON.stringify({ dir: ".", store: "store.db", alerts: { targets: { ops: target() }, rules: [{ name: "doses", ...doses }] } })} as const;`);
  const before = receiver.received.length;
  const { code, stdout } = await whysaid(["alerts", "check", "--json"], { cwd });
  expect({ code, told: (JSON.parse(stdout) as { told: unknown[] }).told }).toMatchObject({ code: 4, told: [{ event: "firing", targets: ["ops"] }] });
  expect(receiver.received.length).toBe(before + 1);
  const output = capturedOutput(100);
  expect(await run({ args: ["list"], options: new CommandOptions({}), settings: await readSettings({}, {}, cwd), output })).toBe(0);
  expect(output.text()).toContain("✗ dose-summary");
  expect(output.text()).not.toContain("hook-secret");
});
