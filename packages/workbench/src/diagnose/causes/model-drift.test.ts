import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { topCause, trace } from "../testing/findings.ts";
import { differs } from "./model-drift.ts";

const by = (requested: string, answered: string): ReturnType<typeof trace> => trace({ messages: [say("user", "x")], model: { requested, answered }, completion: "y" });

test.each([["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], ["gpt-4o", "gpt-4o-mini-2024-07-18"], ["anthropic/claude-3.7-sonnet", "meta-llama/llama-3.1-8b-instruct"]])("%s answered by %s is drift", (requested, answered) => {
  expect(topCause(by(requested, answered))).toBe("model-drift");
});
test.each([["gpt-4o", "gpt-4o-2024-08-06"], ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"], ["our-deployment", "gpt-4o-2024-08-06"], ["us.anthropic.claude-3-5-haiku-20241022-v1:0", "claude-3-5-haiku-20241022"], ["gemini-flash-latest", "gemini-2.5-flash"]])("%s answered by %s is not", (requested, answered) => {
  expect(differs(requested, answered)).toBe(false);
});
test("an alias that moved since the earlier traces is drift", () => {
  expect(topCause(by("gpt-4o", "gpt-4o-2024-11-20"), { previous: [by("gpt-4o", "gpt-4o-2024-05-13"), by("gpt-4o", "gpt-4o-2024-05-13")] })).toBe("model-drift");
});
