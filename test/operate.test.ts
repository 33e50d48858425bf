/** Every command about the server in docs/operate.md that stands in a `sh` block is run, in the page's order, in one folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launcher, newFolder, whysaid, type Folder } from "../packages/workbench/src/cli/testing/whysaid.ts";

const whole = readFileSync(new URL("../docs/operate.md", import.meta.url), "utf8");
const page = whole.slice(whole.indexOf("\n## Running the server"));
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => (block ?? "").split("\n").filter((line) => line.startsWith("whysaid ")));
/** What the page says of how they end; all others with 0. */
const ends: Readonly<Record<string, number>> = { "whysaid ship --once --to http://127.0.0.1:9": 4 };

let folder: Folder;
beforeAll(async () => {
  folder = newFolder();
  const recorder = createRecorder({ dir: join(folder.path, ".whysaid") });
  recorder.generation({ completion: { text: "good evening" } } as never);
  await recorder.trace("dose-summary", { subject: { mrn: "01791786" } }, async (trace) => void (await trace.retrieve("notes", "weight", () => Promise.resolve([{ sourceId: "chart/1", text: "MRN 01791786 weighs 2.1 kg." }]))));
  await recorder.close();
});
afterAll(() => folder.remove());

test("the page has commands to run", () => expect(commands.length).toBeGreaterThan(20));

test.each(commands.filter((line) => !line.startsWith("whysaid up")))("%s", async (line) => {
  const { code, stdout, stderr } = await whysaid(line.split(" ").slice(1), { cwd: folder.path });
  expect([line, code, code === (ends[line] ?? 0) ? "" : stdout + stderr]).toEqual([line, ends[line] ?? 0, ""]);
});

test.each(commands.filter((line) => line.startsWith("whysaid up")))("%s runs until it is told to stop, and ends well", async (line) => {
  const { WHYSAID_DIR: _dir, ...env } = process.env;
  const server = spawn(process.execPath, [launcher, ...line.split(" ").slice(1), "--json"], { cwd: folder.path, env, stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(server.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(said.toString().trim().split("\n").at(-1) ?? "{}") as { url: string };
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);
});
