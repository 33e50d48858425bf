import { expect, test } from "vitest";
import { retrievalTrace, topCause } from "../testing/findings.ts";

const football = { sourceId: "a", text: "American football evolved in the United States, originating from the sports of soccer and rugby. Walter Camp established the snap and the line of scrimmage." };

test("chunks that share nothing with the question are weak, more so when the answer says it found nothing", () => {
  expect(topCause(retrievalTrace([football], "Which gentamicin dose applies to premature infants?", "I don't know based on these documents."))).toBe("retrieval-weak");
});
test("an answer that takes its words from the chunks has what it needs", () => {
  expect(topCause(retrievalTrace([football], "Who shaped the game's rules?", "Walter Camp established the snap and the line of scrimmage."))).toBeUndefined();
});
