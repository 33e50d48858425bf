/** Real clients against a loopback provider: how calls end, what is one generation, what leaves the process and what is kept of it. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chatCompletion, chatEvents, json, messageEvents, startProvider, streamed, type Answer, type Provider } from "../capture/testing/provider.ts";
import { startRecording, type Recording } from "../capture/testing/recording.ts";

let provider: Provider;
let recording: Recording;
let answers: Answer[];
beforeEach(async () => {
  answers = [];
  provider = await startProvider((request, response) => (answers.length > 1 ? (answers.shift() as Answer) : (answers[0] ?? json(chatCompletion("2.1 kg"))))(request, response));
  recording = startRecording();
});
afterEach(async () => {
  await recording.dispose();
  await provider.stop();
});
const messages = [{ role: "user" as const, content: "How much does the baby weigh today?" }];
const openai = (options: object = {}): OpenAI => new OpenAI({ apiKey: "sk-secret", baseURL: `${provider.url}/v1`, fetch: recording.recorder.fetch, ...options });
const anthropic = (options: object = {}): Anthropic => new Anthropic({ apiKey: "sk-ant-secret", baseURL: provider.url, fetch: recording.recorder.fetch, ...options });
const states = (): unknown[] => recording.entries("response").map(({ attempt, state, status }) => [attempt, state, status]);
const spans = (): number => new Set(recording.entries("request").map(({ span }) => span)).size;

describe("the clients", () => {
  test("OpenAI: what is sent is what is kept, and nothing of it is a secret", async () => {
    await openai({ organization: "org-1" }).chat.completions.create({ model: "gpt-4o", messages });
    const [request] = recording.entries("request");
    expect(request?.bodyText).toBe(provider.received[0]?.body.toString());
    expect(request).toMatchObject({ protocol: "openai-chat", method: "POST", url: `${provider.url}/v1/chat/completions` });
    expect(JSON.stringify(recording.entries())).not.toContain("sk-secret");
  });

  test("Anthropic: a stream read by its helper is complete", async () => {
    answers = [streamed(messageEvents(["It is ", "2.1 kg", "."]))];
    const stream = anthropic().messages.stream({ model: "claude-haiku-5-5", max_tokens: 10, messages });
    expect(await stream.finalText()).toBe("It is 2.1 kg.");
    expect(states()).toEqual([[1, "complete", 200]]);
    expect(recording.entries("request")[0]).toMatchObject({ protocol: "anthropic-messages" });
  });

  test("withResponse() and asResponse() give the provider's response", async () => {
    const { data, response } = await openai().chat.completions.create({ model: "gpt-4o", messages }).withResponse();
    expect([data.choices[0]?.message.content, response.status, response.url]).toEqual(["2.1 kg", 200, `${provider.url}/v1/chat/completions`]);
    const raw = await openai().chat.completions.create({ model: "gpt-4o", messages }).asResponse();
    expect(((await raw.json()) as { id: string }).id).toBe("chatcmpl-1");
    expect(states()).toEqual([[1, "complete", 200], [1, "complete", 200]]);
  });

  test("a stream the app leaves is cancelled, with the bytes so far", async () => {
    const events = chatEvents(["one ", "two ", "three "]);
    answers = [(_request, response) => void response.writeHead(200, { "content-type": "text/event-stream" }).write(events.slice(0, 3).join(""))];
    for await (const event of await openai().chat.completions.create({ model: "gpt-4o", messages, stream: true })) if (event.choices[0]?.delta.content === "two ") break;
    expect(states()).toEqual([[1, "cancelled", 200]]);
    expect(recording.entries("response")[0]?.bodyText).toBe(events.slice(0, 3).join(""));
  });

  test("a stream that ends before its terminal event is cut", async () => {
    answers = [streamed(chatEvents(["one "]).slice(0, 2))];
    for await (const event of await openai().chat.completions.create({ model: "gpt-4o", messages, stream: true })) void event;
    expect(states()).toEqual([[1, "cut", 200]]);
  });

  test("a client's time-out and its retry are attempts of one generation", async () => {
    answers = [() => undefined, json(chatCompletion("2.1 kg"))];
    await openai({ timeout: 1000, maxRetries: 1 }).chat.completions.create({ model: "gpt-4o", messages });
    expect(states()).toEqual([[1, "aborted", null], [2, "complete", 200]]);
    expect(spans()).toBe(1);
  });
});

describe("attempts", () => {
  test.each([429, 500, 503, 529])("%s and what the client retries are one generation", async (status) => {
    answers = [json({ error: { message: "busy" } }, status, { "retry-after-ms": "1" }), json({ error: { message: "busy" } }, status, { "retry-after-ms": "1" }), json(chatCompletion("2.1 kg"))];
    await recording.recorder.trace("f", () => openai({ maxRetries: 2 }).chat.completions.create({ model: "gpt-4o", messages }));
    expect(recording.entries("response").map(({ attempt, status: answered }) => [attempt, answered])).toEqual([[1, status], [2, status], [3, 200]]);
    expect(spans()).toBe(1);
  });

  test("an equal body after a failure is a retry where no client counts", async () => {
    const { recorder } = recording;
    const ask = (): Promise<Response> => recorder.fetch(`${provider.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify({ model: "m", messages }) });
    answers = [json({}, 429), json(chatCompletion("2.1 kg"))];
    await recorder.trace("f", async () => {
      await (await ask()).text();
      await (await ask()).text();
      await (await ask()).text();
    });
    expect(recording.entries("request").map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    expect(spans()).toBe(2);
  });

  test("an equal body in another trace, or another body, is a generation of its own", async () => {
    const { recorder } = recording;
    const ask = (content: string): Promise<Response> => recorder.fetch(`${provider.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify({ model: "m", messages: [{ role: "user", content }] }) });
    answers = [json({}, 503)];
    await recorder.trace("f", async () => (await ask("one")).text());
    await recorder.trace("f", async () => {
      await (await ask("one")).text();
      await (await ask("two")).text();
    });
    expect(spans()).toBe(3);
  });

  test("a request refused for what it says is not one to retry", async () => {
    answers = [json({ error: { message: "no such model" } }, 404)];
    const { recorder } = recording;
    const ask = async (): Promise<string> => (await recorder.fetch(`${provider.url}/v1/chat/completions`, { method: "POST", body: "{}" })).text();
    await recorder.trace("f", async () => [await ask(), await ask()]);
    expect(spans()).toBe(2);
  });
});

describe("a request's body", () => {
  const text = JSON.stringify({ model: "m", messages: [{ role: "user", content: "Grüße, 😀 and more than thirty-two units" }] });
  const bytes = new TextEncoder().encode(text);
  const url = (): string => `${provider.url}/v1/chat/completions`;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 41);
    yield bytes.subarray(41);
  }
  const bodies: Record<string, () => { readonly input?: Request; readonly init?: RequestInit }> = {
    "a string": () => ({ init: { body: text } }),
    "a Uint8Array": () => ({ init: { body: bytes } }),
    "a Buffer's view": () => ({ init: { body: Buffer.from(`xx${text}`).subarray(2) } }),
    "an ArrayBuffer": () => ({ init: { body: bytes.slice().buffer } }),
    "a Blob": () => ({ init: { body: new Blob([text], { type: "application/json" }) } }),
    "a ReadableStream": () => ({ init: { body: ReadableStream.from(pieces()) as ReadableStream, duplex: "half" } }),
    "an async iterable": () => ({ init: { body: pieces() as never, duplex: "half" } }),
    "a Request": () => ({ input: new Request(url(), { method: "POST", body: text, headers: { "content-type": "application/json" } }) }),
    "a Request with a stream": () => ({ input: new Request(url(), { method: "POST", body: ReadableStream.from(pieces()) as ReadableStream, duplex: "half" }) }),
    "a Request and a body besides": () => ({ input: new Request(url(), { method: "POST", body: "{}" }), init: { body: text } }),
  };
  test.each(Object.entries(bodies))("as %s is sent as without the recorder and kept as sent", async (_name, make) => {
    const seen = [];
    for (const fetch of [globalThis.fetch, recording.recorder.fetch]) {
      const { input, init } = make();
      await (await fetch(input ?? url(), { ...(input === undefined ? { method: "POST" } : {}), ...init })).text();
      const { body, headers } = provider.received.at(-1) ?? {};
      seen.push([body?.toString(), headers?.["content-type"], headers?.["content-length"], headers?.["transfer-encoding"], input?.bodyUsed]);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]?.[0]).toBe(text);
    expect(recording.entries("request").map(({ bodyText, body }) => [bodyText, body.form === "text" ? body.bytes : 0])).toEqual([[text, bytes.length]]);
  });

  test("as form fields is kept as sent", async () => {
    await (await recording.recorder.fetch(url(), { method: "POST", body: new URLSearchParams({ model: "m", "a b": "é" }) })).text();
    expect(provider.received[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded;charset=UTF-8");
    expect(recording.entries("request")[0]?.bodyText).toBe("model=m&a+b=%C3%A9");
  });

  test("as a form with a file is kept with the boundary it was sent with", async () => {
    const form = new FormData();
    form.set("model", "whisper-1");
    form.set("file", new Blob([new Uint8Array([0xff, 0x00, 0x01])]), "voice.wav");
    await (await recording.recorder.fetch(url(), { method: "POST", body: form })).text();
    const boundary = /boundary=(\S+)/.exec(provider.received[0]?.headers["content-type"] ?? "")?.[1] ?? "none";
    expect(provider.received[0]?.body.includes(boundary)).toBe(true);
    expect(Buffer.from(recording.entries("request")[0]?.bytes ?? []).equals(provider.received[0]?.body ?? Buffer.alloc(0))).toBe(true);
  });

  test("a stream that fails fails as without the recorder", async () => {
    const failing = (): RequestInit => ({
      method: "POST",
      duplex: "half",
      body: new ReadableStream({
        pull(controller) {
          controller.error(new RangeError("the disk is gone"));
        },
      }),
    });
    const without = (await globalThis.fetch(url(), failing()).catch((error: unknown) => error)) as Error;
    const through = (await recording.recorder.fetch(url(), failing()).catch((error: unknown) => error)) as Error;
    expect([through.name, through.message, (through.cause as Error | undefined)?.message]).toEqual([without.name, without.message, (without.cause as Error | undefined)?.message]);
  });

  test("an abort while a stream is being read ends the call", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const never = new ReadableStream({ pull: () => new Promise(() => undefined) });
    await expect(recording.recorder.fetch(url(), { method: "POST", duplex: "half", body: never, signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  test("over the limit is kept as its size", async () => {
    await recording.dispose();
    recording = startRecording({ maxBodyBytes: 50 });
    const { recorder } = recording;
    await (await recorder.fetch(url(), { method: "POST", body: text })).text();
    await (await recorder.fetch(url(), { method: "POST", body: ReadableStream.from(pieces()) as ReadableStream, duplex: "half" })).text();
    expect(provider.received.map(({ body }) => body.toString())).toEqual([text, text]);
    expect(recording.entries("request").map(({ body }) => body)).toEqual([
      { form: "dropped", bytes: bytes.length, why: "too-large" },
      { form: "dropped", bytes: bytes.length, why: "too-large" },
    ]);
    expect(recording.entries("response")[0]?.body).toMatchObject({ form: "dropped", why: "too-large" });
  });
});

describe("what is recorded", () => {
  const post = (path: string): Promise<Response> => recording.recorder.fetch(`${provider.url}${path}`, { method: "POST", body: "{}" });

  test("calls of other services pass by", async () => {
    await (await post("/api/patients")).text();
    await (await recording.recorder.fetch(`${provider.url}/v1/models`)).text();
    expect(recording.entries()).toEqual([]);
  });

  test("base URLs the app names are recorded whatever their path, with their provider", async () => {
    await recording.dispose();
    recording = startRecording({ baseUrls: [{ url: `${provider.url}/gateway`, provider: "vllm" }] });
    await (await post("/gateway/anything")).text();
    await (await post("/elsewhere")).text();
    expect(recording.entries("request").map(({ url, protocol, provider: name }) => [url, protocol, name])).toEqual([[`${provider.url}/gateway/anything`, "unknown", "vllm"]]);
    expect(states()).toEqual([[1, "complete", 200]]);
  });

  test("secrets in an address are not kept", async () => {
    await recording.recorder.fetch("http://127.0.0.1:1/v1beta/models/gemini-2.5-flash:generateContent?key=AIzaSecret&alt=sse", { method: "POST", body: "{}" }).catch(() => undefined);
    expect(recording.entries("request")[0]?.url).toBe("http://127.0.0.1:1/v1beta/models/gemini-2.5-flash:generateContent?key=-&alt=sse");
    expect(JSON.stringify(recording.entries())).not.toContain("AIzaSecret");
  });

  test("headers are kept by name only: ids, limits, versions", async () => {
    answers = [json({}, 200, { "x-request-id": "r1", "x-ratelimit-remaining-tokens": "9", "set-cookie": "s=1", "x-internal": "no" })];
    await (await recording.recorder.fetch(`${provider.url}/v1/messages`, { method: "POST", body: "{}", headers: [["Anthropic-Version", "2023-06-01"], ["X-Api-Key", "sk"], ["Authorization", "Bearer t"]] })).text();
    expect(recording.entries("request")[0]?.headers).toEqual({ "anthropic-version": "2023-06-01" });
    expect(Object.keys(recording.entries("response")[0]?.headers ?? {}).sort()).toEqual(["content-type", "date", "transfer-encoding", "x-ratelimit-remaining-tokens", "x-request-id"]);
  });

  test("the request is in the journal before it leaves", async () => {
    let kept = 0;
    answers = [
      (_request, response) => {
        kept = recording.entries("request").length;
        response.end("{}");
      },
    ];
    await (await post("/v1/messages")).text();
    expect(kept).toBe(1);
  });

  test("a response is in the journal before the app has its end", async () => {
    answers = [streamed(chatEvents(["one "]))];
    const response = await post("/v1/chat/completions");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    while (!(await reader.read()).done);
    expect(states()).toEqual([[1, "complete", 200]]);
  });

  test("times come from the clock of the stream", async () => {
    answers = [streamed(chatEvents(["one ", "two "]))];
    await (await post("/v1/chat/completions")).text();
    const [response] = recording.entries("response");
    const times = [0, response?.headersMs ?? -1, response?.firstChunkMs ?? -1, response?.durationMs ?? -1];
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });
});

describe("after close", () => {
  test("calls work and are not recorded, once told", async () => {
    await recording.recorder.close();
    expect((await openai().chat.completions.create({ model: "gpt-4o", messages })).choices).toHaveLength(1);
    recording.recorder.action("4bf92f3577b34da6a3ce929d0e0e4736", "accept");
    expect(recording.problems.map(({ code }) => code)).toEqual(["AFTER_CLOSE"]);
    expect(recording.entries("request", "action")).toEqual([]);
  });

  test("what was open is settled by it", async () => {
    answers = [streamed(chatEvents(["one "]))];
    const unread = await recording.recorder.fetch(`${provider.url}/v1/chat/completions`, { method: "POST", body: "{}" });
    await recording.recorder.close();
    expect(states()).toEqual([[1, "unread", 200]]);
    expect(await unread.text()).toBe(chatEvents(["one "]).join(""));
  });
});

test("in memory, what is recorded is handed over on demand", async () => {
  await recording.dispose();
  recording = startRecording({ journal: "memory" });
  await openai().chat.completions.create({ model: "gpt-4o", messages });
  await recording.recorder.flush();
  expect(recording.recorder.drain().map((segment) => segment.length > 500)).toEqual([true]);
  expect(recording.recorder.drain()).toEqual([]);
  expect(recording.entries()).toEqual([]);
});
