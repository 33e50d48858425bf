import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chatCompletion, json, startProvider, type Provider } from "../capture/testing/provider.ts";
import { readEntries } from "../capture/testing/recording.ts";

let provider: Provider;
let dir: string;
beforeEach(async () => {
  provider = await startProvider(json(chatCompletion("It is 2.1 kg.")));
  dir = join(mkdtempSync(join(tmpdir(), "whysaid-")), "recordings");
});
afterEach(async () => {
  await provider.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** Asynchronously: the provider lives in this process. */
function runApp(env: Record<string, string>, ...ways: string[]): Promise<Ran> {
  const args = ["--conditions=whysaid-source", "--import", "tsx", "--import", join(import.meta.dirname, "../register.ts"), join(import.meta.dirname, "testing/app.ts"), provider.url, ...ways];
  const child = spawn(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: "", WHYSAID_DIR: dir, WHYSAID_BASE_URLS: provider.url, WHYSAID_REDACTION: "off", ...env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

test("an app that knows nothing of the recorder is recorded", async () => {
  const { code, stdout, stderr } = await runApp({ WHYSAID_SERVICE: "mila", WHYSAID_RELEASE: "abc123" }, "client", "elsewhere");
  expect([code, stdout, stderr]).toEqual([0, "It is 2.1 kg.\n", ""]);
  expect(provider.received).toHaveLength(2);
  expect(readEntries(dir, ["writer"])[0]).toMatchObject({ service: "mila", release: "abc123" });
  const requests = readEntries(dir, ["request"]);
  expect(requests.map(({ url }) => url)).toEqual([`${provider.url}/v1/chat/completions`]);
  expect(requests[0]?.bodyText).toBe(provider.received[0]?.body.toString());
  expect(readEntries(dir, ["response"]).map(({ state }) => state)).toEqual(["complete"]);
});

test("an answer nobody read is unread, and does not keep the process alive", async () => {
  const { code } = await runApp({}, "unread");
  expect(code).toBe(0);
  expect(readEntries(dir, ["response"]).map(({ state, status }) => [state, status])).toEqual([["unread", 200]]);
});

test("a model host called past the recorder is told once per host, what was sent is not recorded", async () => {
  const { code, stderr } = await runApp({}, "client", "http", "http");
  expect(code).toBe(0);
  const host = new URL(provider.url).host;
  expect(stderr.split(`${host} was called through node:http and not through the recorder`)).toHaveLength(2);
  expect(readEntries(dir, ["problem"]).map((problem) => problem.code)).toEqual(["UNRECORDED_PATH"]);
  expect(readEntries(dir, ["request"])).toHaveLength(1);
});

test("settings that are not usable are told, and the app runs all the same", async () => {
  const { code, stdout, stderr } = await runApp({ WHYSAID_DURABILITY: "eternal" }, "client");
  expect([code, stdout]).toEqual([0, "It is 2.1 kg.\n"]);
  expect(stderr).toContain("`durability` is not usable");
  expect(existsSync(dir)).toBe(false);
});

test("a directory that cannot be written leaves the app untouched", async () => {
  const { code, stdout, stderr } = await runApp({ WHYSAID_DIR: join(import.meta.filename, "below-a-file") }, "client");
  expect([code, stdout]).toEqual([0, "It is 2.1 kg.\n"]);
  expect(stderr).toContain("JOURNAL_UNWRITABLE");
});
