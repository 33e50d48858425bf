import { expect, test } from "vitest";
import { pseudonymsIn } from "../format/pseudonym.ts";
import { createRedactor } from "./index.ts";

const redactor = createRedactor({ key: Buffer.alloc(32, 7), vault: "none" });
const person = (text: string): string[] => [...pseudonymsIn(text)].filter((one) => one.type === "PERSON").map((one) => one.parts.join("."));

test("a name found in the prompt is a name, bare, in a tool result and in the answer", () => {
  const scope = redactor.root.with({});
  const [whole] = person(scope.text("Patient: Marguerite Ashgrove, 34 weeks.", { signal: "input" }));
  expect(whole).toBeDefined();
  expect(person(scope.text("Ashgrove weighs 2.1 kg", { signal: "toolCalls" }))).toEqual([whole]);
  // A given name that detectors know by themselves keeps its own part: it joins by that.
  expect(whole?.startsWith(person(scope.text("Give Marguerite 12 mg.", { signal: "completion" }))[0] ?? "?")).toBe(true);
});

test("what one trace found is no name in another", () => {
  redactor.root.with({}).text("Patient: Marguerite Ashgrove, 34 weeks.", { signal: "input" });
  expect(person(redactor.root.with({}).text("the Ashgrove bridge", { signal: "input" }))).toEqual([]);
});

test("traces that declare the same people share what they find, and their bodies", () => {
  const declared = { subject: { name: "Ana García" } };
  const [first, second] = [redactor.root.with(declared), redactor.root.with(declared)];
  const [whole] = person(first.text("Patient: Marguerite Ashgrove, 34 weeks.", { signal: "input" }));
  expect(person(second.text("Ashgrove weighs 2.1 kg", { signal: "toolCalls" }))).toEqual([whole]);
  expect(first.cacheKey).toBe(second.cacheKey);
  expect(redactor.root.with({}).cacheKey).not.toBe(redactor.root.with({}).cacheKey);
});

test("a text keeps the form it got first", () => {
  const scope = redactor.root.with({});
  const early = scope.text("Ashgrove is a bridge", { signal: "input" });
  scope.text("Patient: Marguerite Ashgrove, 34 weeks.", { signal: "input" });
  scope.text("something else", { signal: "input" });
  expect(early).toBe("Ashgrove is a bridge");
});

test("a found name is a name with its capital only", () => {
  const scope = redactor.root.with({});
  scope.text("Patient: Marguerite Winterbottom, 34 weeks.", { signal: "input" });
  expect(scope.text("the winterbottom of the ward", { signal: "completion" })).toBe("the winterbottom of the ward");
});
