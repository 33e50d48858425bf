/**
 * Made the golden segments of format 1, once: segments as recorders in the field have written them, and what reading them must give for ever. They are not made
 * again; a new format version adds its own. `node --conditions=whysaid-source --import tsx packages/recorder/test/golden/make.ts <new folder>`
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cut, piece, recalled, type Entry, type RedactedText, type SpanId, type TraceId } from "../../src/format/index.ts";
import { listSegments, openJournal, type TextTable } from "../../src/journal/index.ts";
import { reading } from "./reading.ts";

const target = process.argv[2] ?? "";
const text = (words: string): RedactedText => recalled(words);
const trace = "019b7a2c4f1e70008a6b0c1d2e3f4051" as TraceId;
const joined = { atMs: 1_767_225_600_000, trace, span: "1f2e3d4c5b6a7988" as SpanId };
const step = { ...joined, span: "7d3e5a90b1c2f486" as SpanId, parent: joined.span };
const error = { name: text("RangeError"), message: text("dose out of range") };

const everyKind: readonly ((texts: TextTable) => Entry)[] = [
  (texts) => ({
    kind: "trace-start",
    ...joined,
    feature: text("dose-summary"),
    conversation: text("⟦ID:c7t2~1⟧"),
    user: null,
    tags: { [text("ward")]: text("nicu-2") },
    prompt: { id: text("dose"), version: text("7"), variables: texts.ref(text('{"unit":"mg/kg"}')) },
    subject: { [text("mrn")]: text("⟦ID:q5w8~1⟧") },
  }),
  () => ({ kind: "trace-update", ...joined, tags: { [text("cohort")]: text("premature") } }),
  (texts) => ({
    kind: "retrieval",
    ...step,
    name: text("chart-notes"),
    query: texts.ref(text("current weight")),
    chunks: [{ sourceId: text("chart/881#3"), text: texts.ref(text("Weight today 2.1 kg – Größe 45 cm, 体重 2.1 kg 👶")), score: 0.81, metadata: texts.ref(text('{"ward":"nicu-2"}')) }],
    durationMs: 120,
  }),
  (texts) => ({
    kind: "request",
    ...step,
    attempt: 1,
    protocol: "openai-chat",
    provider: text("openai"),
    method: text("POST"),
    url: text("https://api.openai.com/v1/chat/completions"),
    headers: { [text("content-type")]: text("application/json") },
    body: {
      form: "text",
      bytes: 87,
      pieces: [piece(texts.ref(text('{"model":"gpt-4o","messages":[{"role":"user","content":"')), "verbatim"), piece(texts.ref(text('Dose for "A"?\n')), "json"), piece(texts.ref(text('"}]}')), "verbatim")],
    },
    model: null,
  }),
  (texts) => ({
    kind: "response",
    ...step,
    attempt: 1,
    state: "complete",
    status: 200,
    headers: { [text("content-type")]: text("text/event-stream") },
    body: {
      form: "text",
      bytes: 71,
      channels: [texts.ref(text("⟦PERSON:g7k3.f0c8~3a⟧ weighs 2.1 kg"))],
      pieces: [piece(texts.ref(text('data: {"delta":"')), "verbatim"), cut(0, "json"), 7, piece(texts.ref(text('"}\n\n')), "verbatim"), piece(texts.ref(text('data: {"delta":"')), "verbatim"), cut(0, "json"), 17, piece(texts.ref(text('"}\n\n')), "verbatim")],
    },
    headersMs: 210,
    firstChunkMs: 380,
    durationMs: 910,
  }),
  (texts) => ({ kind: "tool", ...step, name: text("get_weight"), callId: text("call_1"), arguments: texts.ref(text('{"mrn":"⟦ID:q5w8~1⟧"}')), result: texts.ref(text("2.1 kg")), durationMs: 41 }),
  (texts) => ({ kind: "parse", ...step, parser: text("dose-json"), input: texts.ref(text('{"mg":7}')), outcome: "parsed", result: texts.ref(text('{"mg":7}')), durationMs: 1 }),
  (texts) => ({
    kind: "validation",
    ...step,
    validator: text("dose"),
    outcome: "failed",
    checks: [{ outcome: "failed", rule: text("dose_range_neonatal"), path: text("mg"), value: texts.ref(text("7")), expected: text("≤ 5"), message: null }],
    durationMs: 0,
  }),
  (texts) => ({ kind: "generation", ...step, provider: null, startedAtMs: 1_767_225_600_000, durationMs: 910, state: "complete", signals: { completion: texts.ref(text('{"text":"4 mg"}')) } }),
  (texts) => ({ kind: "trace-end", ...joined, outcome: "threw", error: { ...error, stack: texts.ref(text("RangeError: dose out of range\n    at app.js:41:11")) }, durationMs: 1410 }),
  (texts) => ({ kind: "action", atMs: 1_767_232_800_000, trace, action: "edit", before: texts.ref(text("Give 7 mg.")), after: texts.ref(text("Give 4 mg.")), user: null, note: null, actionId: text("a-17") }),
  () => ({ kind: "problem", atMs: 1_767_225_660_000, code: "JOURNAL_FULL", message: text("the disk is full"), trace }),
  () => ({ kind: "gap", atMs: 1_767_225_660_000, from: 40, to: 52, why: "disk-full", traces: [trace] }),
];

async function recorded(): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-golden-"));
  const header = { recorder: "0.1.0", runtime: text("node 20.20.2"), service: text("mila"), environment: text("production"), release: text("4f2a91c"), redaction: { policy: text("healthcare@1"), keyId: "k1" } };
  const journal = openJournal({ directory, header, nowMs: () => 1_767_225_600_000 });
  for (const build of everyKind) journal.append(build);
  await journal.close();
  const bytes = readFileSync(listSegments(directory)[0]?.path ?? "");
  rmSync(directory, { recursive: true });
  return bytes;
}

const whole = await recorded();
const { entries } = reading(whole);
const damaged = Buffer.from(whole);
damaged.fill(0, entries[2]?.offset, (entries[2]?.offset ?? 0) + 64);
damaged[(entries[5]?.end ?? 0) - 2] = 0x21;

mkdirSync(target, { recursive: true });
for (const [name, bytes] of [
  ["every-kind", whole],
  ["killed", whole.subarray(0, (entries[7]?.offset ?? 0) + 90)],
  ["damaged", Buffer.concat([damaged, Buffer.from("garbage that is no frame")])],
] as const) {
  writeFileSync(join(target, `${name}.seg`), bytes);
  writeFileSync(join(target, `${name}.json`), `${JSON.stringify(reading(bytes), null, 2)}\n`);
}
