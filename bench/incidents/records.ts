/**
 * The real records the incident set is made from, read from WHYSAID_CORPUS, in three shapes an app could have produced them in:
 * an agent's run (messages, tool calls, results), a retrieval turn (chunks, question, answer) and a structured answer (JSON the app parsed).
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Message, Part, Reconstruction, ToolCallSignal } from "@whysaid/recorder/format";
import { generation, reconstruction, say, startMs } from "../../packages/workbench/src/diagnose/testing/build.ts";

export const corpus: string = resolve(process.env["WHYSAID_CORPUS"] ?? join(import.meta.dirname, "../../../shared/data"));

export function readLines<T>(file: string): T[] {
  const path = join(corpus, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

// ── agents ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface Call {
  callId: string;
  name: string;
  arguments: string;
  result: string;
}
/** One message of a run; an assistant's may carry calls, whose results follow it on the wire. */
export interface Turn {
  role: "user" | "assistant";
  text: string;
  calls: Call[];
}
export interface AgentRun {
  readonly id: string;
  readonly source: string;
  readonly model: string;
  system: string | null;
  turns: Turn[];
}

interface RawCall {
  id?: string;
  function?: { name: string; arguments: string } | string;
  arguments?: unknown;
}
interface RawConversation {
  id: string;
  kind: string;
  model: string;
  messages: { role: string; content: unknown; tool_calls?: RawCall[]; tool_call_id?: string; tool_call_ids?: string[] }[];
}
const textOf = (content: unknown): string => (typeof content === "string" ? content : content == null ? "" : JSON.stringify(content));

export function agentRuns(): AgentRun[] {
  return readLines<RawConversation>("trajectories/conversations.jsonl").map((record) => {
    const run: AgentRun = { id: record.id, source: record.kind, model: record.model, system: null, turns: [] };
    for (const message of record.messages) {
      const text = textOf(message.content);
      if (message.role === "system") run.system = run.system === null ? text : `${run.system}\n\n${text}`;
      else if (message.role === "tool") {
        const ids = message.tool_call_ids ?? [message.tool_call_id];
        // call ids repeat in some runs (recorded with a fixed seed), so the latest call of that id is meant
        const call = run.turns.flatMap((turn) => turn.calls).findLast((candidate) => ids.includes(candidate.callId));
        if (call) call.result = text;
      } else {
        const calls = (message.tool_calls ?? []).map((call, index) => ({
          callId: call.id ?? `call_${run.turns.length}_${index}`,
          name: typeof call.function === "string" ? call.function : (call.function?.name ?? "unknown"),
          arguments: typeof call.function === "object" ? call.function.arguments : JSON.stringify(call.arguments ?? {}),
          result: "",
        }));
        run.turns.push({ role: message.role === "assistant" ? "assistant" : "user", text, calls });
      }
    }
    while (run.turns.length > 0 && run.turns.at(-1)?.role === "user") run.turns.pop();
    return run;
  });
}

const assistantMessage = (turn: Turn): Message => {
  const parts: Part[] = turn.text === "" ? [] : [{ type: "text", text: turn.text }];
  for (const call of turn.calls) parts.push({ type: "tool-call", callId: call.callId, name: call.name, arguments: call.arguments });
  return { role: "assistant", parts };
};
const resultMessage = (call: Call): Message => ({
  role: "tool",
  parts: [{ type: "tool-result", callId: call.callId, name: call.name, result: call.result, isError: false }],
});

/** A whole run as one trace: one generation per assistant message, its input all that went before. */
export function agentTrace(run: AgentRun, options: { readonly fromTurn?: number; readonly wire?: boolean } = {}): Reconstruction {
  const before: Message[] = run.system === null ? [] : [say("system", run.system)];
  const generations: ReturnType<typeof generation>[] = [];
  let atMs = startMs;
  run.turns.forEach((turn, index) => {
    atMs += 2_000;
    if (turn.role === "user") {
      before.push(say("user", turn.text));
      return;
    }
    const toolCalls: ToolCallSignal[] = turn.calls.map((call) => ({ ...call, error: null, durationMs: null, source: "wire" }));
    if (index >= (options.fromTurn ?? 0)) {
      generations.push(
        generation({
          startedAtMs: atMs,
          system: run.system,
          messages: [...before],
          model: { requested: run.model, answered: null },
          toolCalls,
          completion: { text: turn.text, finishReason: turn.calls.length > 0 ? "tool_calls" : "stop" },
        }),
      );
    }
    before.push(assistantMessage(turn), ...turn.calls.map(resultMessage));
  });
  return reconstruction({ generations, feature: run.source, durationMs: atMs - startMs });
}

// ── retrieval ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface RagTurn {
  readonly id: string;
  readonly collection: string;
  readonly model: string;
  history: { role: "user" | "assistant"; text: string }[];
  question: string;
  chunks: { sourceId: string; title: string | null; text: string; score: number | null }[];
  answer: string;
  /** Mean of three raters, 1 to 4; null where nobody rated. */
  readonly faithfulness: number | null;
  readonly answerability: string | null;
}
interface RawTurn {
  speaker: string;
  text: string;
}
interface RawRag {
  id: string;
  question_turns?: RawTurn[];
  turns?: RawTurn[];
  question?: string;
  chunks: { id?: string; document_id?: string; title?: string | null; text: string }[];
  model?: string;
  answer?: string;
  reference?: string[];
  label?: string | string[];
  answerability?: string[];
  collection?: string;
  label_faithful_mean?: number;
}
const ragTurn = (raw: RawRag): RagTurn => {
  const turns = raw.question_turns ?? raw.turns ?? [{ speaker: "user", text: raw.question ?? "" }];
  return {
    id: raw.id,
    collection: raw.collection ?? raw.id.split("-")[0] ?? "",
    model: raw.model ?? "reference",
    history: turns.slice(0, -1).map((turn) => ({ role: turn.speaker === "user" ? ("user" as const) : ("assistant" as const), text: turn.text })),
    question: turns.at(-1)?.text ?? "",
    chunks: raw.chunks.map((chunk) => ({ sourceId: chunk.id ?? chunk.document_id ?? "", title: chunk.title ?? null, text: chunk.text, score: null })),
    answer: raw.answer ?? raw.reference?.[0] ?? "",
    faithfulness: raw.label_faithful_mean ?? null,
    answerability: raw.answerability?.[0] ?? (Array.isArray(raw.label) ? raw.label[0] : raw.label)?.toUpperCase() ?? null,
  };
};
export const mtrag = (): RagTurn[] => readLines<RawRag>("rag/mtrag_human_eval.jsonl").map(ragTurn);
export const mtragun = (): RagTurn[] => readLines<RawRag>("rag/mtragun_answerability.jsonl").map(ragTurn);
export const clapnq = (): RagTurn[] => readLines<RawRag>("rag/clapnq_answerability.jsonl").map(ragTurn);

export const instructions = "Answer the user's question from the documents given. If they do not hold the answer, say that you do not know.";

/** One trace: a retrieval, a generation whose prompt carries the chunks. `inPrompt` rewrites a chunk's text on its way into the prompt. */
export function ragTrace(turn: RagTurn, options: { readonly inPrompt?: (text: string, index: number) => string | null; readonly feature?: string } = {}): Reconstruction {
  const context = turn.chunks
    .map((chunk, index) => {
      const text = options.inPrompt === undefined ? chunk.text : options.inPrompt(chunk.text, index);
      return text === null ? null : `[${index + 1}] ${chunk.title ?? ""}\n${text}`;
    })
    .filter((text) => text !== null)
    .join("\n\n");
  const chunks = turn.chunks.map((chunk, position) => ({
    sourceId: chunk.sourceId,
    text: chunk.text,
    score: chunk.score,
    position,
    retrieval: "search",
    reachedPrompt: context.includes(chunk.text),
    metadata: chunk.title === null ? null : { title: chunk.title },
  }));
  const messages = [
    say("system", instructions),
    ...turn.history.map((message) => say(message.role, message.text)),
    say("user", context === "" ? turn.question : `Documents:\n\n${context}\n\nQuestion: ${turn.question}`),
  ];
  const answering = generation({
    startedAtMs: startMs + 150,
    system: instructions,
    messages,
    chunks,
    model: { requested: turn.model, answered: null },
    completion: turn.answer,
  });
  return reconstruction({
    feature: options.feature ?? "documents",
    generations: [answering],
    durationMs: 2_000,
    steps: [{ kind: "retrieval", spanId: "00000000000000aa", parentSpanId: null, atMs: startMs, durationMs: 120, name: "search", error: null, query: turn.question, chunks }],
  });
}

// ── structured answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
export interface JsonAnswer {
  readonly id: string;
  readonly system: string;
  /** The document the fields were read from. */
  readonly document: string;
  readonly fields: Record<string, unknown>;
}
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Extraction over real tool results: the document is the record as it came, the answer the fields of it in camel case. */
export function jsonAnswers(): JsonAnswer[] {
  const seen = new Set<string>();
  const answers: JsonAnswer[] = [];
  for (const run of agentRuns()) {
    for (const call of run.turns.flatMap((turn) => turn.calls)) {
      if (!call.result.startsWith("{") || seen.has(call.result)) continue;
      seen.add(call.result);
      let record: unknown;
      try {
        record = JSON.parse(call.result);
      } catch {
        continue;
      }
      if (!isRecord(record)) continue;
      const fields = Object.fromEntries(
        Object.entries(record)
          .filter(([key]) => !["payment_history", "saved_passengers"].includes(key))
          .slice(0, 9)
          .map(([key, value]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]),
      );
      if (Object.keys(fields).length >= 4) answers.push({ id: `${run.id}/${call.callId}`, system: "Extract the record from the document as JSON.", document: call.result, fields });
    }
  }
  return answers;
}
export function jsonTrace(answer: JsonAnswer, text: string, parsed: { readonly outcome: "parsed" | "failed"; readonly result?: unknown; readonly error?: string }): Reconstruction {
  const answering = generation({
    system: answer.system,
    messages: [say("system", answer.system), say("user", `Document:\n${answer.document}`)],
    parameters: { response_format: { type: "json_object" } },
    model: { requested: "gpt-4o", answered: "gpt-4o-2024-08-06" },
    completion: text,
    parsed: {
      parser: "record-json",
      outcome: parsed.outcome,
      input: text,
      result: parsed.result ?? null,
      error: parsed.error === undefined ? null : { name: "SyntaxError", message: parsed.error },
    },
  });
  return reconstruction({ feature: "extraction", generations: [answering] });
}
