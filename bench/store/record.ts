/** Writes workload calls into a journal as capture would: bodies split by the recorder's own splitter, texts numbered by the journal. */
import type { Entry, RedactedText, SpanId, TraceId } from "@whysaid/recorder/format";
import { recalled } from "@whysaid/recorder/format";
import type { Journal, SegmentHeader, TextTable } from "@whysaid/recorder/journal";
import { redactionOff } from "../../packages/recorder/src/redact/off.ts";
import { bodyEntry } from "../../packages/recorder/src/wire/body.ts";
import { splitJson } from "../../packages/recorder/src/wire/body-json.ts";
import { Random, type WorkloadCall } from "../workload.ts";

const t = (text: string): RedactedText => recalled(text);
const scope = redactionOff.root;
/** Traces going on at once in the app: their entries lie between each other's in the journal. */
const OVERLAP = 8;

export const benchHeader: SegmentHeader = { recorder: "bench", runtime: t("node"), service: t("bench"), environment: t("bench"), release: t("r1"), redaction: { policy: t("off"), keyId: "off" } };

type Step = (texts: TextTable) => Entry;

/** Appends calls so that `OVERLAP` traces are open at any time. */
export class WorkloadRecorder {
  readonly #journal: Journal;
  readonly #random = new Random(99);
  readonly #open: Step[][] = [];
  readonly traces: TraceId[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }
  record(call: WorkloadCall): void {
    this.#open.push(this.#steps(call));
    while (this.#open.length >= OVERLAP) this.#advance();
  }
  end(): void {
    while (this.#open.length > 0) this.#advance();
  }
  #advance(): void {
    const at = this.#random.below(this.#open.length);
    const steps = this.#open[at] as Step[];
    const step = steps.shift();
    if (step !== undefined && !this.#journal.append(step)) throw new Error("the journal refused an entry");
    if (steps.length === 0) this.#open.splice(at, 1);
  }

  #steps(call: WorkloadCall): Step[] {
    const random = this.#random;
    const trace = `${call.atMs.toString(16).padStart(12, "0")}7${random.hex(3)}8${random.hex(15)}` as TraceId;
    this.traces.push(trace);
    const span = (): SpanId => random.hex(16) as SpanId;
    const root = span();
    const generation = span();
    const joined = { trace, span: root };
    let atMs = call.atMs;
    const steps: Step[] = [
      () => ({ kind: "trace-start", atMs, ...joined, feature: t(call.feature), conversation: t(call.conversation), user: null, prompt: { id: t(call.feature), version: t(call.promptVersion), variables: null }, tags: { [t("cohort")]: t(call.turn % 2 === 0 ? "a" : "b") } }),
      (texts) => ({ kind: "retrieval", atMs: atMs + 1, trace, span: span(), parent: root, name: t("kb"), query: texts.ref(t(call.question)), chunks: call.chunks.map(({ sourceId, text, score }) => ({ sourceId: t(sourceId), text: texts.ref(t(text)), score })), durationMs: 20 + random.below(180) }),
      (texts) => ({
        kind: "request",
        atMs: (atMs += 200),
        trace,
        span: generation,
        parent: root,
        attempt: 1,
        protocol: "openai-chat",
        provider: t("openai"),
        method: t("POST"),
        url: t("https://api.openai.com/v1/chat/completions"),
        headers: { [t("accept")]: t("application/json"), [t("content-type")]: t("application/json"), [t("user-agent")]: t("OpenAI/JS 6.49.0") },
        body: bodyEntry({ form: "text", bytes: Buffer.byteLength(call.requestBody), pieces: splitJson(call.requestBody, scope, "input"), channels: [] }, texts),
        model: null,
      }),
      (texts) => ({
        kind: "response",
        atMs: (atMs += call.durationMs),
        trace,
        span: generation,
        parent: root,
        attempt: 1,
        state: "complete",
        status: 200,
        headers: { [t("content-type")]: t("application/json"), [t("date")]: t(new Date(atMs).toUTCString()), [t("openai-processing-ms")]: t(String(call.durationMs - 30)), [t("x-request-id")]: t(`req_${random.hex(32)}`) },
        body: bodyEntry({ form: "text", bytes: Buffer.byteLength(call.responseBody), pieces: splitJson(call.responseBody, scope, "completion"), channels: [] }, texts),
        headersMs: call.firstChunkMs,
        firstChunkMs: call.firstChunkMs,
        durationMs: call.durationMs,
      }),
    ];
    const { tool } = call;
    if (tool !== null) steps.push((texts) => ({ kind: "tool", atMs: atMs + 2, trace, span: span(), parent: root, name: t(tool.name), callId: t(tool.callId), arguments: texts.ref(t(tool.arguments)), result: texts.ref(t(tool.result)), durationMs: 10 + random.below(300) }));
    steps.push(
      (texts) => ({ kind: "parse", atMs: atMs + 3, trace, span: span(), parent: root, parser: t("answer-json"), input: texts.ref(t(call.answer)), outcome: "parsed", result: texts.ref(t(call.parsed)), durationMs: 1 }),
      () => ({
        kind: "validation",
        atMs: atMs + 4,
        trace,
        span: span(),
        parent: root,
        validator: t("answer"),
        outcome: call.failedRule === null ? "passed" : "failed",
        checks: [{ outcome: call.failedRule === null ? "passed" : "failed", rule: t(call.failedRule ?? "dose_range"), path: t("mg"), value: null, expected: t("≤ 5"), message: null }],
        durationMs: 1,
      }),
      () => ({ kind: "trace-end", atMs: atMs + 5, ...joined, outcome: "returned", durationMs: atMs + 5 - call.atMs }),
    );
    const { action } = call;
    if (action !== null) steps.push((texts) => ({ kind: "action", atMs: atMs + 60_000, trace, action, before: null, after: action === "edit" ? texts.ref(t(`${call.answer.slice(0, 200)} and not more.`)) : null, user: null, note: null, actionId: null }));
    return steps;
  }
}

/** What a recorder without deduplication writes for a call: one JSON record with both bodies and the steps. */
export function rawBytes(call: WorkloadCall): number {
  const { feature, conversation, chunks, parsed, failedRule, action, tool, question } = call;
  return Buffer.byteLength(call.requestBody) + Buffer.byteLength(call.responseBody) + Buffer.byteLength(JSON.stringify({ feature, conversation, chunks, parsed, failedRule, action, tool, question }));
}
