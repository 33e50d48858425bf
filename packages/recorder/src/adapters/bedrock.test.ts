import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRecording, type Recording } from "../capture/testing/recording.ts";
import { eventStream } from "../wire/testing/event-stream.ts";
import { recordBedrock } from "./bedrock.ts";

const EVENTS = eventStream([
  ["messageStart", { role: "assistant" }],
  ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: "It is " } }],
  ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: "2.1 kg." } }],
  ["contentBlockStop", { contentBlockIndex: 0 }],
  ["messageStop", { stopReason: "end_turn" }],
  ["metadata", { usage: { inputTokens: 9, outputTokens: 5, totalTokens: 14 }, metrics: { latencyMs: 12 } }],
]);
const ANSWER = '{"metrics":{"latencyMs":7},"output":{"message":{"content":[{"text":"It is 2.1 kg."}],"role":"assistant"}},"stopReason":"end_turn","usage":{"inputTokens":9,"outputTokens":5,"totalTokens":14}}';

interface Wire {
  readonly sent: Buffer[];
  answer: (path: string) => { readonly status: number; readonly type: string; readonly parts: readonly Uint8Array[]; readonly cut?: boolean };
}
const wire: Wire = { sent: [], answer: () => ({ status: 200, type: "application/json", parts: [Buffer.from(ANSWER)] }) };
interface Incoming {
  readonly url?: string | undefined;
  on(event: "data" | "end", listener: (chunk: Buffer) => void): unknown;
}
type Outgoing = { writeHead(status: number, headers: Record<string, string>): unknown; write(part: Uint8Array): unknown; end(): unknown; destroy?(): unknown; readonly stream?: { destroy(): void } };

function serve(request: Incoming, response: Outgoing): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    wire.sent.push(Buffer.concat(chunks));
    const { status, type, parts, cut } = wire.answer(request.url ?? "");
    response.writeHead(status, { "content-type": type, "x-amzn-requestid": "r-1" });
    void (async () => {
      for (const part of parts) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      if (cut === true) (response.stream ?? (response as { destroy(): void })).destroy();
      else response.end();
    })();
  });
}

const sessions = new Set<ServerHttp2Session>();
const http2 = createHttp2((request, response) => serve(request, response as unknown as Outgoing));
http2.on("session", (session) => sessions.add(session));
const http1 = createHttp1((request, response) => serve(request, response as unknown as Outgoing));
beforeAll(async () => {
  await new Promise<void>((resolve) => http2.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => http1.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  for (const session of sessions) session.destroy();
  http2.close();
  http1.closeAllConnections();
  http1.close();
});

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const urlOf = (server: { address(): unknown }): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const stacks: readonly [name: string, client: () => BedrockRuntimeClient][] = [
  ["its own HTTP/2", () => new BedrockRuntimeClient({ region: "eu-central-1", endpoint: urlOf(http2), credentials, maxAttempts: 3 })],
  ["HTTP/1.1", () => new BedrockRuntimeClient({ region: "eu-central-1", endpoint: urlOf(http1), credentials, maxAttempts: 3, requestHandler: new NodeHttpHandler() })],
];
const input = { modelId: "anthropic.claude-3-5-sonnet-20241022-v2:0", messages: [{ role: "user" as const, content: [{ text: "How much does the baby weigh today?" }] }] };

describe.each(stacks)("the Bedrock client over %s", (_name, makeClient) => {
  let recording: Recording;
  let client: BedrockRuntimeClient;
  beforeEach(() => {
    recording = startRecording();
    wire.sent.length = 0;
    wire.answer = () => ({ status: 200, type: "application/json", parts: [Buffer.from(ANSWER)] });
    client = recordBedrock(makeClient(), recording.recorder);
  });
  afterEach(async () => {
    client.destroy();
    await recording.dispose();
    if (recording.problems.length > 0) throw new AggregateError(recording.problems, "recording met problems");
  });

  test("an answer is recorded byte for byte, and the app gets what it gets without", async () => {
    const plain = makeClient();
    const without = await plain.send(new ConverseCommand(input));
    plain.destroy();
    const through = await client.send(new ConverseCommand(input));
    expect(through.output).toEqual(without.output);
    expect(through.usage).toEqual(without.usage);
    const [request] = recording.entries("request");
    expect(request).toMatchObject({ protocol: "bedrock-converse", provider: "bedrock", method: "POST", model: "anthropic.claude-3-5-sonnet-20241022-v2:0", attempt: 1 });
    expect(Object.keys(request?.headers ?? {}).join()).not.toMatch(/authorization|amz-security|x-amz-date/);
    expect(Buffer.from(request?.bytes ?? [])).toEqual(wire.sent[1]);
    const [response] = recording.entries("response");
    expect(response).toMatchObject({ state: "complete", status: 200, headers: { "x-amzn-requestid": "r-1" } });
    expect(response?.bodyText).toBe(ANSWER);
  });

  test("a binary event stream is recorded byte for byte, its deltas as one text", async () => {
    wire.answer = () => ({ status: 200, type: "application/vnd.amazon.eventstream", parts: [EVENTS.subarray(0, 50), EVENTS.subarray(50, 51), EVENTS.subarray(51)] });
    const { stream } = await client.send(new ConverseStreamCommand(input));
    let text = "";
    for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? "";
    expect(text).toBe("It is 2.1 kg.");
    const [response] = recording.entries("response");
    expect(response?.state).toBe("complete");
    expect(Buffer.from(response?.bytes ?? []).equals(EVENTS)).toBe(true);
    expect(response?.body.form === "eventstream" ? response.body.channels?.map((ref) => response.text(ref)) : []).toEqual(["It is 2.1 kg."]);
  });

  test("a throttled call and its retry are one generation", async () => {
    let calls = 0;
    wire.answer = () => {
      calls += 1;
      return calls === 1 ? { status: 429, type: "application/json", parts: [Buffer.from('{"message":"Too many requests"}')] } : { status: 200, type: "application/json", parts: [Buffer.from(ANSWER)] };
    };
    await client.send(new ConverseCommand(input));
    const requests = recording.entries("request");
    expect(requests.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(requests.map(({ span }) => span)).size).toBe(1);
    expect(recording.entries("response").map(({ status, state }) => [status, state])).toEqual([[429, "complete"], [200, "complete"]]);
  });

  test("a stream cut on the wire is cut, and the app gets the SDK's own error", async () => {
    wire.answer = () => ({ status: 200, type: "application/vnd.amazon.eventstream", parts: [EVENTS.subarray(0, 300)], cut: true });
    const { stream } = await client.send(new ConverseStreamCommand(input));
    let seen = 0;
    const failed = await (async () => {
      for await (const event of stream ?? []) seen += Object.keys(event).length;
    })().catch((error: unknown) => error);
    expect([seen, failed instanceof Error]).toEqual([2, true]);
    const [response] = recording.entries("response");
    expect(response?.state).toBe("cut");
    expect(Buffer.from(response?.bytes ?? []).equals(Buffer.from(EVENTS.subarray(0, 300)))).toBe(true);
  });

  test("an abort before the answer is aborted", async () => {
    wire.answer = () => ({ status: 200, type: "application/json", parts: [] });
    const controller = new AbortController();
    controller.abort();
    await expect(client.send(new ConverseCommand(input), { abortSignal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(recording.entries("response").map(({ state }) => state)).toEqual(["aborted"]);
  });

  test("invoke carries the model's own protocol", async () => {
    wire.answer = () => ({ status: 200, type: "application/json", parts: [Buffer.from('{"content":[{"type":"text","text":"2.1 kg"}]}')] });
    const { body } = await client.send(new InvokeModelCommand({ modelId: "anthropic.claude-3-haiku-20240307-v1:0", contentType: "application/json", body: JSON.stringify({ anthropic_version: "bedrock-2023-05-31", max_tokens: 10, messages: [] }) }));
    expect(Buffer.from(body).toString()).toBe('{"content":[{"type":"text","text":"2.1 kg"}]}');
    expect(recording.entries("request")[0]).toMatchObject({ protocol: "bedrock-invoke", model: "anthropic.claude-3-haiku-20240307-v1:0" });
    expect(recording.entries("response")[0]?.bodyText).toBe('{"content":[{"type":"text","text":"2.1 kg"}]}');
  });
});
