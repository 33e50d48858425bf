/** What the app sees through the recorder is what it sees without: each use of a Response is run both ways against one server, and compared. */
import { Readable } from "node:stream";
import type { ReadableWritablePair } from "node:stream/web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProvider, type Provider, type Received } from "../capture/testing/provider.ts";
import { startRecording, type Recording } from "../capture/testing/recording.ts";
import type { AttemptState } from "../format/entries.ts";

let provider: Provider;
let recording: Recording;
beforeAll(async () => {
  provider = await startProvider(serve);
  recording = startRecording();
});
afterAll(async () => {
  await recording.dispose();
  await provider.stop();
});

const EVENTS = ["event: a\n", 'data: {"delta":{"text":"Grüße \\ud83d\\ude00"}}\n\n', 'event: message_stop\ndata: {"type":"message_stop"}\n\n'];
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The path's last part says what to do. */
function serve(request: Received, response: import("node:http").ServerResponse): void {
  const what = new URL(request.path, "http://x").searchParams.get("do");
  const events = async (parts: readonly string[], end: () => void): Promise<void> => {
    response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "r-1" });
    for (const part of parts) {
      response.write(part);
      await sleep(5);
    }
    end();
  };
  switch (what ?? "") {
    case "json":
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end('\ufeff{"a":[1,"é"]}');
      return;
    case "broken-json":
      response.writeHead(200, { "content-type": "application/json" }).end('{"a":');
      return;
    case "form":
      response.writeHead(200, { "content-type": "application/x-www-form-urlencoded" }).end("a=1&b=%C3%A9");
      return;
    case "empty":
      response.writeHead(204).end();
      return;
    case "redirect":
      response.writeHead(307, { location: `/v1/messages?do=json` }).end();
      return;
    case "error":
      response.writeHead(529, { "content-type": "application/json", "retry-after": "1" }).end('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}');
      return;
    case "cut":
      void events(EVENTS.slice(0, 2), () => response.destroy());
      return;
    case "cut-json":
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"a":1', () => void sleep(5).then(() => response.destroy()));
      return;
    case "hang":
      void events(EVENTS.slice(0, 2), () => undefined);
      return;
    case "no-answer":
      response.destroy();
      return;
    case "silence":
      return;
    default:
      void events(EVENTS, () => response.end());
  }
}

type Fetch = typeof globalThis.fetch;
type Use = (fetch: Fetch, url: (what: string) => string) => Promise<unknown>;
const post = { method: "POST", body: '{"model":"m","messages":[]}', headers: { "content-type": "application/json" } } as const;
const failure = async (run: () => unknown): Promise<unknown> => {
  try {
    return { value: await run() };
  } catch (error) {
    const { name, message, constructor } = error as Error;
    return { name, message, kind: constructor.name };
  }
};
const textOf = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
};
const head = (response: Response): object => ({
  url: response.url,
  redirected: response.redirected,
  type: response.type,
  status: response.status,
  statusText: response.statusText,
  ok: response.ok,
  headers: [...response.headers].filter(([name]) => name !== "date"),
  bodyUsed: response.bodyUsed,
  isResponse: response instanceof Response,
  tag: Object.prototype.toString.call(response),
  keys: Object.keys(response),
});

const uses: Record<string, readonly [AttemptState | "open", Use]> = {
  "text()": ["complete", async (fetch, url) => (await fetch(url("json"), post)).text()],
  "json() without its byte order mark": ["complete", async (fetch, url) => (await fetch(url("json"), post)).json()],
  "json() of what is none": ["complete", async (fetch, url) => failure(async () => (await fetch(url("broken-json"), post)).json())],
  "arrayBuffer()": ["complete", async (fetch, url) => Buffer.from(await (await fetch(url("json"), post)).arrayBuffer()).toString("hex")],
  "blob()": [
    "complete",
    async (fetch, url) => {
      const blob = await (await fetch(url("json"), post)).blob();
      return [blob.type, blob.size, await blob.text()];
    },
  ],
  "formData()": ["complete", async (fetch, url) => [...(await (await fetch(url("form"), post)).formData())]],
  "formData() of JSON": ["complete", async (fetch, url) => failure(async () => (await fetch(url("json"), post)).formData())],
  "the head": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    const before = head(response);
    await response.text();
    return [before, head(response), response.body?.locked];
  }],
  "the head after a redirect": ["complete", async (fetch, url) => {
    const response = await fetch(url("redirect"), post);
    return [head(response), await response.text()];
  }],
  "an error status": ["complete", async (fetch, url) => {
    const response = await fetch(url("error"), post);
    return [head(response), await response.json()];
  }],
  "no body": ["complete", async (fetch, url) => {
    const response = await fetch(url("empty"), post);
    return [head(response), response.body, await response.text(), response.bodyUsed];
  }],
  "headers can't be changed": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    return [await failure(() => response.headers.set("a", "b")), await response.text()];
  }],
  "reading twice": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    return [await response.text(), await failure(() => response.text()), await failure(() => response.json()), await failure(() => response.clone()), response.bodyUsed];
  }],
  "async iteration": ["complete", async (fetch, url) => {
    const response = await fetch(url("events"), post);
    const before = response.bodyUsed;
    return [before, await textOf(response.body as ReadableStream<Uint8Array>), response.bodyUsed, response.body?.locked];
  }],
  "a reader": ["complete", async (fetch, url) => {
    const response = await fetch(url("events"), post);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const seen: unknown[] = [response.body === response.body, response.body?.locked, response.bodyUsed];
    let bytes = Buffer.alloc(0);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes = Buffer.concat([bytes, value]);
      if (seen.length === 3) seen.push(value.constructor.name, response.bodyUsed);
    }
    await reader.closed;
    reader.releaseLock();
    return [...seen, bytes.toString(), response.body?.locked, response.bodyUsed, await failure(() => response.text())];
  }],
  "pipeTo a writable": ["complete", async (fetch, url) => {
    const chunks: Uint8Array[] = [];
    await (await fetch(url("events"), post)).body?.pipeTo(new WritableStream({ write: (chunk: Uint8Array) => void chunks.push(chunk) }));
    return Buffer.concat(chunks).toString();
  }],
  "pipeThrough a decoder": ["complete", async (fetch, url) => {
    const text: string[] = [];
    const decoder = new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>;
    for await (const part of ((await fetch(url("events"), post)).body as ReadableStream<Uint8Array>).pipeThrough(decoder)) text.push(part);
    return text.join("");
  }],
  "Readable.fromWeb": ["complete", async (fetch, url) => {
    const body = (await fetch(url("events"), post)).body as unknown as import("node:stream/web").ReadableStream;
    return Buffer.concat(await Readable.fromWeb(body).toArray() as Buffer[]).toString();
  }],
  "a Response made of the body": ["complete", async (fetch, url) => {
    const response = await fetch(url("events"), post);
    return new Response(response.body, response).text();
  }],
  "clone(), both read": ["complete", async (fetch, url) => {
    const response = await fetch(url("events"), post);
    const copy = response.clone();
    return [head(copy), head(response), await Promise.all([copy.text(), textOf(response.body as ReadableStream<Uint8Array>)])];
  }],
  "clone(), only the copy read": ["complete", async (fetch, url) => {
    const response = await fetch(url("events"), post);
    return [await response.clone().text(), response.bodyUsed];
  }],
  "clone() after body was looked at": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    const { body } = response;
    const copy = response.clone();
    return [body?.locked, response.body === body, await copy.text(), await response.text()];
  }],
  "clone() of a locked body": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const refused = await failure(() => response.clone());
    reader.releaseLock();
    return [refused, await response.text()];
  }],
  "text() of a locked body": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const refused = await failure(() => response.text());
    const first = await reader.read();
    return [refused, Buffer.from(first.value ?? []).toString(), (await reader.read()).done];
  }],
  "text() after body was only looked at": ["complete", async (fetch, url) => {
    const response = await fetch(url("json"), post);
    const { body } = response;
    return [body !== null, response.bodyUsed, await response.text(), body?.locked, response.bodyUsed];
  }],
  "tee()": ["complete", async (fetch, url) => {
    const [one, two] = ((await fetch(url("events"), post)).body as ReadableStream<Uint8Array>).tee();
    return Promise.all([textOf(one), textOf(two)]);
  }],
  "break out of a loop": ["cancelled", async (fetch, url) => {
    const response = await fetch(url("hang"), post);
    for await (const chunk of response.body as ReadableStream<Uint8Array>) return [Buffer.from(chunk).toString().slice(0, 8), response.bodyUsed];
    return undefined;
  }],
  "cancel() unread": ["cancelled", async (fetch, url) => {
    const response = await fetch(url("hang"), post);
    return [await response.body?.cancel("enough"), response.bodyUsed, await failure(() => response.text())];
  }],
  "the connection is cut in a stream": ["cut", async (fetch, url) => {
    const response = await fetch(url("cut"), post);
    let text = "";
    const failed = await failure(async () => {
      for await (const chunk of response.body as ReadableStream<Uint8Array>) text += Buffer.from(chunk).toString();
    });
    return [failed, text];
  }],
  "the connection is cut in JSON": ["cut", async (fetch, url) => failure(async () => (await fetch(url("cut-json"), post)).json())],
  "no answer": ["failed", async (fetch, url) => failure(() => fetch(url("no-answer"), post))],
  "nobody listens": ["failed", async (fetch) => failure(() => fetch("http://127.0.0.1:1/v1/messages", post))],
  "abort before the answer": ["aborted", async (fetch, url) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    return failure(() => fetch(url("silence"), { ...post, signal: controller.signal }));
  }],
  "abort with a reason of one's own": ["aborted", async (fetch, url) => {
    const controller = new AbortController();
    const reason = new RangeError("mine");
    setTimeout(() => controller.abort(reason), 20);
    try {
      await fetch(url("silence"), { ...post, signal: controller.signal });
      return "no";
    } catch (error) {
      return error === reason;
    }
  }],
  "aborted before it began": ["aborted", async (fetch, url) => failure(() => fetch(url("json"), { ...post, signal: AbortSignal.abort() }))],
  "time-out before the answer": ["failed", async (fetch, url) => failure(() => fetch(url("silence"), { ...post, signal: AbortSignal.timeout(20) }))],
  "abort while reading": ["aborted", async (fetch, url) => {
    const controller = new AbortController();
    const response = await fetch(url("hang"), { ...post, signal: controller.signal });
    let text = "";
    const failed = await failure(async () => {
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        text += Buffer.from(chunk).toString();
        if (text === EVENTS.slice(0, 2).join("")) controller.abort();
      }
    });
    return [failed, text];
  }],
  "abort between two reads": ["aborted", async (fetch, url) => {
    const controller = new AbortController();
    const response = await fetch(url("hang"), { ...post, signal: controller.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    controller.abort();
    return [await failure(() => reader.closed), await failure(() => reader.read())];
  }],
  "abort during text()": ["aborted", async (fetch, url) => {
    const controller = new AbortController();
    const response = await fetch(url("hang"), { ...post, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    return failure(() => response.text());
  }],
  "an address that is none": ["open", async (fetch) => failure(() => fetch("no address", post))],
  "GET passes by": ["open", async (fetch, url) => (await fetch(url("json"))).text()],
};

describe("a Response seen through the recorder", () => {
  test.each(Object.entries(uses))("%s", async (_name, [state, use]) => {
    const url = (what: string): string => `${provider.url}/v1/messages?do=${what}`;
    const before = recording.entries("response").length;
    const without = await use(globalThis.fetch, url);
    const through = await use(recording.recorder.fetch, url);
    expect(through).toEqual(without);
    const written = recording.entries("response").slice(before);
    expect(written.map((entry) => entry.state)).toEqual(state === "open" ? [] : [state]);
  });

  test("none of it was a problem", () => {
    expect(recording.problems).toEqual([]);
  });
});
