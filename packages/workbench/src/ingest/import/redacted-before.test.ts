import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createRedactor } from "@whysaid/recorder/redact";
import { redactedBefore } from "./redacted-before.ts";

const here = mkdtempSync(join(tmpdir(), "whysaid-here-"));
const there = mkdtempSync(join(tmpdir(), "whysaid-there-"));
afterAll(() => {
  for (const dir of [here, there]) rmSync(dir, { recursive: true, force: true });
});
const input = { signal: "input" } as const;
const first = createRedactor({ dir: here }).root.with({ subject: { name: "Ana García", mrn: "00417733" } });
const again = redactedBefore(createRedactor({ dir: there }).root);

test("what another redactor took stays as it is, in texts, in JSON and in JSON inside JSON", () => {
  const raw = { mrn: "00417733", note: "Ana García, MRN 00417733, weighs 2.1 kg", nested: JSON.stringify({ patient: "Ana García", mrn: "00417733" }) };
  const redacted = first.json(raw, input) ?? "";
  expect(redacted).not.toContain("García");
  expect(again.json(JSON.parse(redacted), input)).toBe(redacted);
  const text = first.text(raw.note, input);
  expect(again.text(text, input)).toBe(text);
});

test("pseudonyms in a body that escapes everything outside ASCII stay too, and the JSON stays JSON", () => {
  const body = JSON.stringify({ content: first.text("Ana García asks", input) }).replaceAll("⟦", "\\u27e6").replaceAll("⟧", "\\u27e7");
  const json = again.json({ requestBody: body }, input) ?? "";
  expect(JSON.parse(json)).toEqual({ requestBody: body });
});

test("markers stay: dropped, media, lost and spelled-out brackets", () => {
  for (const text of ["⟦DROPPED:over-budget:10412⟧", "⟦MEDIA:image/png:34012:g7k3q9x2m4vt⟧", "⟦LOST⟧", "a ⟦~⟧ b", "⟦ERASED:000⟧"]) expect(again.text(text, input)).toBe(text);
});

test("what nobody took yet is taken", () => {
  const text = again.text(`${first.text("Ana García", input)} wrote to ana.garcia@example.org`, input);
  expect(text).toMatch(/^⟦PERSON:.*⟧ wrote to ⟦EMAIL:.*⟧$/);
});

test("many pseudonyms in one text each come back to their place", () => {
  const text = Array.from({ length: 700 }, (_, index) => `⟦PERSON:g7k3q9x2m4vt~${index.toString(36).padStart(2, "0")}⟧`).join(" ");
  expect(again.text(text, input)).toBe(text);
});
