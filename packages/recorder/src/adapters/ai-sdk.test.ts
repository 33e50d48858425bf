import { tracingChannel } from "node:diagnostics_channel";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startRecording, type Recording } from "../capture/testing/recording.ts";
import { aiSdkMiddleware, recordAiSdk } from "./ai-sdk.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.dispose());

const parts = [{ type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "The weight is " }, { type: "text-delta", id: "1", delta: "3.2 kg." }, { type: "finish", finishReason: "stop", usage: { inputTokens: 21, outputTokens: 7 } }];
const streamed = (stream: ReadableStream) => aiSdkMiddleware(recording.recorder).wrapStream({ doStream: () => Promise.resolve({ stream }), params: { prompt: [{ role: "user", content: "weight?" }] }, model: { provider: "local", modelId: "rules" } });
const generations = () => recording.entries("generation");

test("a stream the app cancels is recorded as cancelled, with what came so far, in the trace it was begun in", async () => {
  let reason: unknown;
  let reader: ReadableStreamDefaultReader | undefined;
  const traceId = await recording.recorder.trace("weight", async (trace) => {
    let at = 0;
    const { stream } = await streamed(new ReadableStream({ pull: (controller) => controller.enqueue(parts[at++]), cancel: (given) => void (reason = given) }, { highWaterMark: 0 }));
    reader = stream.getReader();
    await reader.read();
    await reader.read();
    return trace.id;
  });
  await reader?.cancel("enough");
  expect(reason).toBe("enough");
  expect(generations()).toMatchObject([{ trace: traceId, state: "cancelled" }]);
  expect(JSON.stringify(recording.entries())).toContain("The weight is ");
});

test("a stream that breaks off is recorded as failed, and the app sees the same error", async () => {
  const broken = new Error("out of memory");
  let at = 0;
  const { stream } = await streamed(new ReadableStream({ pull: (controller) => (at < 2 ? controller.enqueue(parts[at++]) : controller.error(broken)) }));
  const readAll = async (): Promise<void> => {
    for await (const part of stream) expect(parts).toContain(part);
  };
  await expect(readAll()).rejects.toBe(broken);
  expect(generations()).toMatchObject([{ state: "failed" }]);
});

test("a stream read to its end gives every part and one generation", async () => {
  const { stream } = await streamed(ReadableStream.from(parts));
  const seen: unknown[] = [];
  for await (const part of stream) seen.push(part);
  expect(seen).toEqual(parts);
  expect(generations()).toMatchObject([{ state: "complete" }]);
});

test("a generateText that ended without output, whose getter throws, is no problem of the recorder's", async () => {
  const stop = recordAiSdk(recording.recorder);
  const result = {
    get output(): never {
      throw new Error("No output generated.");
    },
  };
  await tracingChannel<object, object>("ai:telemetry").tracePromise(() => Promise.resolve(result), { type: "generateText", event: { functionId: "dose" } });
  stop();
  expect(recording.problems).toEqual([]);
});
