import { expect, test } from "vitest";
import type { Protocol, RequestEntry, ResponseEntry } from "@whysaid/recorder/format";
import { redactionOff } from "@whysaid/recorder/redact";
import { bodyEntry, splitJson, splitResponse } from "@whysaid/recorder/wire";
import { HandSegment, spanOf, t, traceOf } from "../store/testing/batches.ts";
import { digestOf } from "./digest.ts";

const texts: string[] = [];
const table = { ref: (text: string): number => texts.push(text) - 1 };
const textOf = (ref: number): string => texts[ref] ?? "";
const joined = { atMs: 1, trace: traceOf(1), span: spanOf(1), attempt: 1 };

const request = (body: string, model: string | null = null): RequestEntry => ({ kind: "request", ...joined, protocol: "openai-chat", provider: t("openai"), method: t("POST"), url: t("https://x"), headers: {}, model: model === null ? null : t(model), body: bodyEntry({ form: "text", bytes: body.length, pieces: splitJson(body, redactionOff.root, "input"), channels: [] }, table) });
function response(body: string, contentType: string, protocol: Protocol): ResponseEntry {
  const split = splitResponse(Buffer.from(body), contentType, protocol, redactionOff.root);
  return { kind: "response", ...joined, state: "complete", status: 200, headers: { [t("content-type")]: t(contentType) }, body: bodyEntry(split.body, table), headersMs: 1, firstChunkMs: 1, durationMs: 2 };
}
const long = "a text that is long enough to be stored by itself, ";

test("the model asked for is found wherever it stands at the top of the body, and nowhere else", () => {
  const asked = (body: object, model?: string): string | null => digestOf(request(JSON.stringify(body), model), "openai-chat", textOf).requestedModel;
  expect(asked({ model: "gpt-4o", messages: [{ role: "user", content: long }] })).toBe("gpt-4o");
  expect(asked({ messages: [{ role: "user", content: long }], model: "gpt-4o" })).toBe("gpt-4o");
  expect(asked({ messages: [{ role: "user", content: `${long} "model":"other" \n` }], tools: [{ model: "no" }], temperature: 1, model: "m" })).toBe("m");
  expect(asked({ messages: [], x: { model: "inner" } })).toBeNull();
  expect(asked({ messages: [] }, "deployment")).toBe("deployment");
  expect(digestOf(request("no json"), "openai-chat", textOf).requestedModel).toBeNull();
});

test("a streamed answer is read whole, also where many events are equal but for their text", () => {
  const delta = (content: string): string => `data: {"id":"c1","model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}]}\n\n`;
  const words = Array.from({ length: 200 }, (_, n) => `word${n} "quoted" é\n`);
  const body = `${words.map(delta).join("")}data: {"id":"c1","model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: {"id":"c1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16}}\n\ndata: [DONE]\n\n`;
  const entry = response(body, "text/event-stream", "openai-chat");
  expect(digestOf(entry, "openai-chat", textOf)).toMatchObject({ answer: words.join(""), answeredModel: "gpt-4o-2024-08-06", inputTokens: 7, outputTokens: 9 });
});

test("what can't be read says nothing and throws nothing", () => {
  const segment = new HandSegment();
  const lost = (): string => segment.textOf(99);
  for (const body of ["", "null", "[]", "<html>", '{"choices":7}', "data: x\n\n"]) {
    expect(digestOf(response(body, "application/json", "openai-chat"), "openai-chat", textOf).answer).toBeNull();
    expect(digestOf(response(body, "application/json", "openai-chat"), null, textOf).answer).toBeNull();
    expect(digestOf(response(body, "text/event-stream", "anthropic-messages"), "anthropic-messages", lost).answer).toBeNull();
  }
});

test("an answer cut by a limit and one that was declined are told by the protocol's own words", () => {
  const ended = (message: object, reason: string): object => {
    const body = JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: reason }] });
    const { truncated, refused } = digestOf(response(body, "application/json", "openai-chat"), "openai-chat", textOf);
    return { truncated, refused };
  };
  expect(ended({ content: "3 mg" }, "stop")).toEqual({ truncated: false, refused: false });
  expect(ended({ content: "3 m" }, "length")).toEqual({ truncated: true, refused: false });
  expect(ended({ content: "" }, "content_filter")).toEqual({ truncated: false, refused: true });
  expect(ended({ content: null, refusal: "I can't help with that." }, "stop")).toEqual({ truncated: false, refused: true });
});
