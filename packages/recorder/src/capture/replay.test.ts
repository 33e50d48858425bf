import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSegment } from "../format/segment.ts";
import { networkIsAllowed, openReplay, type ReplaySeams } from "./replay.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

let dir: string;
let recorder: Recorder;
let sent = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "whysaid-replay-"));
  sent = 0;
  recorder = createRecorder({ dir, fetch: () => ((sent += 1), Promise.resolve(Response.json({ live: true }))) });
});
afterEach(async () => {
  await recorder.close();
  rmSync(dir, { recursive: true, force: true });
});

const answered = Response.json({ model: "m-1", choices: [{ index: 0, message: { role: "assistant", content: "served" }, finish_reason: "stop" }] });
const feature = (): Promise<readonly string[]> =>
  recorder.trace("dose", { subject: { name: "Ana García" } }, async (trace) => {
    const chunks = await trace.retrieve("notes", "weight of Ana García", () => Promise.resolve(["live chunk"]));
    const lab = await trace.tool("get_labs", { id: 1 }, () => Promise.resolve("live result"), { callId: "c1" });
    const response = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "m", messages: [{ role: "user", content: chunks.join() }] }) });
    const body = (await response.json()) as { choices: { message: { content: string } }[] };
    return [...chunks, lab, body.choices[0]?.message.content ?? ""];
  });
const seams: ReplaySeams = {
  retrieve: (name, query) => Promise.resolve([`${name} for ${String(query)}`]) as never,
  tool: (name, _args, callId) => Promise.resolve(`${name} ${callId ?? ""}`) as never,
  fetch: (): Promise<Response> => Promise.resolve(answered.clone()),
};

test("inside a replay the seams answer, and the run is recorded in memory as it was, not in the journal", async () => {
  const replay = openReplay(seams);
  expect(await replay.run(feature)).toEqual(["notes for weight of Ana García", "get_labs c1", "served"]);
  const kinds = replay.segments().flatMap((segment) => readSegment(segment).entries.map(({ entry }) => entry.kind));
  expect(kinds).toEqual(["writer", "trace-start", "retrieval", "tool", "request", "response", "trace-end"]);
  expect(sent).toBe(0);
  expect(existsSync(join(dir, "journal"))).toBe(false);
});

test("outside of it, and beside it, the app's own functions run", async () => {
  const replay = openReplay(seams);
  const [inside, outside] = await Promise.all([replay.run(feature), feature().catch((error: unknown) => error)]);
  expect((inside as string[])[2]).toBe("served");
  expect(outside).toBeInstanceOf(TypeError); // the live answer has no choices
  expect(sent).toBe(1);
});

test("two replays at once keep their runs apart", async () => {
  const [a, b] = [openReplay(seams), openReplay({ ...seams, retrieve: () => Promise.resolve(["other"]) as never })];
  const [first, second] = await Promise.all([a.run(feature), b.run(feature)]);
  expect([first[0], second[0]]).toEqual(["notes for weight of Ana García", "other"]);
  for (const one of [a, b]) expect(one.segments().flatMap((segment) => readSegment(segment).entries).filter(({ entry }) => entry.kind === "trace-start")).toHaveLength(1);
});

test("the network is allowed outside, refused inside, allowed where a step runs live", () => {
  const replay = openReplay(seams);
  expect([networkIsAllowed(), replay.run(networkIsAllowed), replay.run(() => replay.withNetwork(networkIsAllowed))]).toEqual([true, false, true]);
});
