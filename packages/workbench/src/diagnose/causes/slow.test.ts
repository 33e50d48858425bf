import { expect, test } from "vitest";
import type { LatencySignal } from "@whysaid/recorder/format";
import { say } from "../testing/build.ts";
import { topCause, trace } from "../testing/findings.ts";

const taking = (latency: Partial<LatencySignal>, outputTokens = 150): ReturnType<typeof trace> => trace({ messages: [say("user", "x")], latency, usage: { outputTokens }, completion: "y" }, { feature: "f" });

test.each([
  ["slow-retrieval", { retrievalMs: 9_000, timeToFirstChunkMs: 400, generationMs: 900 }],
  ["slow-first-token", { retrievalMs: 100, timeToFirstChunkMs: 20_000, generationMs: 900 }],
  ["slow-generation", { retrievalMs: 100, timeToFirstChunkMs: 400, generationMs: 60_000 }],
  ["slow-tool", { timeToFirstChunkMs: 400, generationMs: 900, toolsMs: 30_000 }],
] as const)("%s is the part that took the time", (cause, latency) => {
  expect(topCause(taking(latency))).toBe(cause);
});
test("a long answer takes long", () => {
  expect(topCause(taking({ timeToFirstChunkMs: 400, generationMs: 40_000 }, 2_000))).toBeUndefined();
});
test("three seconds of search are slow where a tenth is usual", () => {
  const usual = taking({ retrievalMs: 100, timeToFirstChunkMs: 400, generationMs: 900 });
  expect(topCause(taking({ retrievalMs: 1_900, timeToFirstChunkMs: 400, generationMs: 900 }), { previous: [usual, usual, usual] })).toBe("slow-retrieval");
  expect(topCause(taking({ retrievalMs: 1_900, timeToFirstChunkMs: 400, generationMs: 900 }))).toBeUndefined();
});
