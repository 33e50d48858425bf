/** Whatever an app sends and a provider answers: the app is untouched, what crossed the wire is kept, nothing throws. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRecorder } from "../index.ts";
import { startProvider, streamed, type Answer, type Provider } from "./testing/provider.ts";
import { readEntries, startRecording, type Recording } from "./testing/recording.ts";

let provider: Provider;
let recording: Recording;
let answer: Answer;
beforeEach(async () => {
  answer = (request, response) => void response.writeHead(200, { "content-type": "application/json" }).end(request.body);
  provider = await startProvider((request, response) => answer(request, response));
  recording = startRecording();
});
afterEach(async () => {
  await recording.dispose();
  await provider.stop();
});
const send = (body: string | Uint8Array, fetch = recording.recorder.fetch): Promise<Response> => fetch(`${provider.url}/v1/chat/completions`, { method: "POST", body });
const bytesOf = (body: string | Uint8Array): Buffer => Buffer.from(body as string);

const long = "more than thirty-two units of text, so that it is cut";
const bodies: Record<string, string | Uint8Array> = {
  "half a JSON text": `{"messages":[{"content":"${long}`,
  "no JSON": "<html>502 Bad Gateway</html>",
  "nothing": "",
  "invalid UTF-8": new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]),
  "UTF-16": Buffer.from("\ufeff{}", "utf16le"),
  "NUL bytes": `{"a":"\u0000${long}\u0000"}\u0000`,
  "lone surrogates, escaped": `{"a":"\\ud83d ${long} \\udc00"}`,
  "a lone surrogate in the app's string": `{"a":"${long} \ud83d"}`,
  "duplicate keys": `{"content":"${long} 1","content":"${long} 2"}`,
  "__proto__ and constructor": `{"__proto__":{"polluted":"${long}"},"constructor":{"prototype":{"polluted":1}}}`,
  "64-bit integers": `{"seed":9223372036854775807,"id":-12345678901234567890,"tiny":1e-400,"text":"${long}"}`,
  "10,000 levels": `${'{"a":['.repeat(10_000)}"${long}"${"]}".repeat(10_000)}`,
  "a 10 MB message": JSON.stringify({ model: "m", messages: [{ role: "user", content: "é\n".repeat(5 * 1024 * 1024) }] }),
  "escapes nobody uses": `{"a":"${long} \\/ \\u0041 \\u00E9 \\b\\f"}`,
  "every kind of space": ` \t\r\n{ "a" :\n"${long}" }\r\n`,
};

describe("a body of", () => {
  test.each(Object.entries(bodies))("%s arrives as without the recorder, both ways, and is kept", async (_name, body) => {
    const without = Buffer.from(await (await send(body, globalThis.fetch)).arrayBuffer());
    const through = Buffer.from(await (await send(body)).arrayBuffer());
    expect(through.equals(without)).toBe(true);
    expect(provider.received[1]?.body.equals(provider.received[0]?.body as Buffer)).toBe(true);
    const [request, response] = [recording.entries("request")[0], recording.entries("response")[0]];
    expect(bytesOf(request?.bytes ?? "").equals(provider.received[1]?.body as Buffer)).toBe(true);
    expect(bytesOf(response?.bytes ?? "").equals(without)).toBe(true);
    expect(response?.state).toBe("complete");
    expect(recording.problems).toEqual([]);
    expect((Object.prototype as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each(Object.entries(bodies))("%s in a stream arrives and is kept", async (_name, body) => {
    const events = bytesOf(body).toString("utf8").split("\n");
    const parts = [...events.map((line) => `data: ${line}\n\n`), "data: [DONE]\n\n"];
    answer = streamed([parts.join("")]);
    const text = await (await send("{}")).text();
    expect(text === parts.join("").replace(/^\ufeff/, "")).toBe(true);
    expect(recording.entries("response")[0]?.bodyText === parts.join("")).toBe(true);
    expect(recording.problems).toEqual([]);
  });

  test("bytes that are no text in a stream are kept", async () => {
    const bytes = new Uint8Array([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x0a, 0x0a]);
    answer = streamed([bytes]);
    expect(Buffer.from(await (await send("{}")).arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    expect(bytesOf(recording.entries("response")[0]?.bytes ?? "").equals(Buffer.from(bytes))).toBe(true);
  });
});

test("an answer the app forgets is unread once it is collected, and its connection is given back", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await send("{}");
  for (let tries = 0; tries < 100 && recording.entries("response").length === 0; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  expect(recording.entries("response").map(({ state, status }) => [state, status])).toEqual([["unread", 200]]);
});

test("a clock that jumps back changes no duration", async () => {
  await recording.dispose();
  let now = 1_000_000;
  recording = startRecording({ now: () => (now -= 60_000) });
  await recording.recorder.trace("f", async () => (await send("{}")).text());
  for (const entry of recording.entries("response", "trace-end")) expect(entry.durationMs).toBeGreaterThanOrEqual(0);
  expect(recording.entries("request")).toHaveLength(1);
});

describe("values of every kind", () => {
  test("arguments, results and chunks that no JSON can hold are kept as far as they go", () => {
    const circular: Record<string, unknown> = { big: 1n };
    circular.self = circular;
    const { recorder } = recording;
    recorder.tool("t", circular, () => new Map([["k", new Set([circular])]]));
    recorder.tool("t", undefined, () => undefined);
    recorder.tool("t", () => 1, () => Symbol("s"));
    recorder.retrieve("r", null, () => new Proxy({}, { ownKeys: () => { throw new Error("trap"); } }));
    recorder.parse("p", new Uint8Array([1, 2]), () => ({ get bad(): never { throw new Error("getter"); } }));
    const tools = recording.entries("tool");
    expect(tools.map((tool) => [tool.text(tool.arguments), tool.text(tool.result)])).toEqual([
      ['{"big":1,"self":"[circular]"}', '{"k":[{"big":1,"self":"[circular]"}]}'],
      [null, null],
      [null, null],
    ]);
    expect(recording.entries("parse").map((entry) => entry.text(entry.result))).toEqual(['{"bad":"[unreadable]"}']);
    expect(recording.entries("retrieval")).toHaveLength(1);
    expect(recording.problems).toEqual([]);
  });

  test("what callers without types hand over is recorded as it can be", () => {
    const { recorder } = recording;
    recorder.trace(7 as never, { tags: { a: null, b: { c: 1 } } as never, user: 8 as never }, (trace) => trace.retrieve(undefined as never, "q", () => []));
    expect(recording.entries("trace-start")[0]).toMatchObject({ feature: "7", user: "8", tags: { b: '{"c":1}' } });
    expect(recording.problems).toEqual([]);
  });

  test("an app's error with hostile getters goes through", () => {
    const hostile = Object.defineProperty(new Error("x"), "message", { get: () => { throw new Error("getter"); } });
    let caught: unknown;
    try {
      recording.recorder.tool("t", {}, () => { throw hostile; });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(hostile);
    expect(recording.entries("tool")[0]?.error?.name).toBe("unknown");
  });
});

describe("a directory", () => {
  test("that is missing is made", async () => {
    const parent = mkdtempSync(join(tmpdir(), "whysaid-"));
    const dir = join(parent, "a/b/c");
    const recorder = createRecorder({ dir, redaction: "off" });
    recorder.action("4bf92f3577b34da6a3ce929d0e0e4736", "accept");
    await recorder.close();
    expect(readEntries(dir, ["action"])).toHaveLength(1);
    rmSync(parent, { recursive: true, force: true });
  });

  test("that cannot be one leaves the app untouched and is told once", async () => {
    const told: string[] = [];
    const recorder = createRecorder({ dir: join(import.meta.filename, "no"), redaction: "off", onProblem: ({ code }) => told.push(code) });
    expect(await (await send('{"a":1}', recorder.fetch)).text()).toBe('{"a":1}');
    expect(recorder.trace("f", () => 5)).toBe(5);
    await recorder.close();
    expect(told).toEqual(["JOURNAL_UNWRITABLE"]);
  });
});

test("a callback for problems that throws does not reach the app", async () => {
  const recorder = createRecorder({ dir: join(import.meta.filename, "no"), redaction: "off", onProblem: () => { throw new Error("callback"); } });
  expect(await (await send("{}", recorder.fetch)).text()).toBe("{}");
  recorder.action("no id", "accept");
  await recorder.close();
});
