/**
 * What a trace's model calls could read, as one list of passages in the order they came to be: system text, messages, chunks, tool results, earlier
 * answers. A text that stands in the input of forty generations is one passage. Provenance and the causes look values up here.
 */
import type { ChunkSignal, Generation, Message, Part, Reconstruction, ToolCallSignal, ValueOrigin } from "@whysaid/recorder/format";
import { placeholder } from "./words.ts";

export type PassageKind = Exclude<ValueOrigin["kind"], "derived">;

export interface Passage {
  readonly index: number;
  readonly kind: PassageKind;
  readonly text: string;
  /** Pointer of the text in the reconstruction. */
  readonly at: string;
  /** Other pointers of the same text: a tool result stands in the call's signal and in the next request's messages. */
  readonly also: readonly string[];
  readonly sourceId: string | null;
  /** The generation in whose input it first stood (its own, for an answer). */
  readonly generation: number;
  /** Grows with time: what a completion can rest on has a smaller one. */
  readonly order: number;
  /** Parts of a message that are chunks listed as passages of their own: [start, end). */
  readonly covered: readonly (readonly [number, number])[];
  readonly chunk: ChunkSignal | null;
  readonly call: CallView | null;
}

/** A tool call wherever it was recorded: a generation's signal, the messages of a history, a wrapped execution. */
export interface CallView {
  readonly index: number;
  readonly at: string;
  /** The pointers its result stands at. */
  readonly resultAt: string[];
  /** Equal for calls made side by side in one turn. */
  readonly turn: string;
  readonly callId: string | null;
  readonly name: string;
  readonly arguments: string;
  /** As the model got it where that is known, else as the execution returned it. */
  result: string | null;
  /** What the wrapped execution returned, where it differs from what the model got. */
  executed: string | null;
  error: string | null;
  durationMs: number | null;
  /** -1 for a call that is older than the trace's first generation. */
  readonly generation: number;
  readonly order: number;
  resultOrder: number;
  readonly atMs: number;
}
export interface ChunkView {
  readonly chunk: ChunkSignal;
  readonly at: string;
  readonly passage: Passage;
  /** Its text stands word for word in a message. */
  inPrompt: boolean;
}
export interface AnswerView {
  readonly generation: number;
  readonly text: string;
  readonly at: string;
  readonly order: number;
}

export interface TraceView {
  readonly trace: Reconstruction;
  readonly passages: readonly Passage[];
  readonly calls: readonly CallView[];
  /** One for each generation with a completion, in order. */
  readonly answers: readonly AnswerView[];
  /** The generation whose answer the user saw: the last that said something, else the last. */
  readonly final: Generation | null;
  readonly finalIndex: number;
  readonly answer: AnswerView | null;
  readonly chunks: readonly ChunkView[];
  /** The words of the user the final answer speaks to, without retrieved text around them. */
  readonly question: string;
}

const QUESTION_CHARS = 2_000;

type Building = { -readonly [Key in keyof Passage]: Passage[Key] };

class Reading {
  readonly passages: Building[] = [];
  readonly calls: CallView[] = [];
  readonly answers: AnswerView[] = [];
  readonly chunks: ChunkView[] = [];
  /** By text, then by role: the text itself is the key, so that one seen forty times is hashed once. */
  readonly #known = new Map<string, Map<string, Building>>();
  readonly #seenMessages = new Set<Message>();
  #order = 0;

  tick(): number {
    this.#order += 1;
    return this.#order;
  }

  /** A passage for the text, or the one it already has in that role. */
  add(kind: PassageKind, text: string, at: string, generation: number, more: { sourceId?: string | null; chunk?: ChunkSignal; call?: CallView } = {}): Building | null {
    if (text === "") return null;
    const role = kind === "chunk" ? `chunk ${more.sourceId ?? ""}` : kind === "tool-result" || kind === "tool-arguments" ? `${kind} ${more.call?.index ?? at}` : "text";
    let roles = this.#known.get(text);
    if (!roles) {
      roles = new Map();
      this.#known.set(text, roles);
    }
    const known = roles.get(role);
    if (known) {
      if (known.at !== at && known.also.length < 8) known.also = [...known.also, at];
      if (known.kind === "message" && kind === "system") known.kind = kind;
      return known;
    }
    const passage: Building = { index: this.passages.length, kind, text, at, also: [], sourceId: more.sourceId ?? null, generation, order: this.tick(), covered: [], chunk: more.chunk ?? null, call: more.call ?? null };
    this.passages.push(passage);
    roles.set(role, passage);
    return passage;
  }

  isNewMessage(message: Message): boolean {
    if (this.#seenMessages.has(message)) return false;
    this.#seenMessages.add(message);
    return true;
  }
}

export function viewOf(trace: Reconstruction): TraceView {
  const reading = new Reading();
  trace.generations.forEach((generation, index) => readGeneration(reading, trace, generation, index));
  readSteps(reading, trace);
  const finalIndex = finalOf(trace, reading.answers);
  const answer = reading.answers.findLast((candidate) => candidate.generation === finalIndex) ?? null;
  const final = trace.generations[finalIndex] ?? null;
  markChunks(reading, finalIndex);
  const question = questionOf(reading, final);
  return { trace, passages: reading.passages, calls: reading.calls, answers: reading.answers, final, finalIndex, answer, chunks: reading.chunks, question };
}

function finalOf(trace: Reconstruction, answers: readonly AnswerView[]): number {
  const last = trace.generations.length - 1;
  const said = answers.findLast((answer) => answer.text.trim() !== "")?.generation ?? last;
  // After the last words there may be calls whose answer failed or never came: that failure is what the user saw.
  const after = trace.generations[last];
  const calls = after?.signals.toolCalls.state === "captured" && after.signals.toolCalls.value.length > 0;
  return calls ? Math.max(said, 0) : last;
}

function readGeneration(reading: Reading, trace: Reconstruction, generation: Generation, g: number): void {
  const { input, chunks, completion, toolCalls } = generation.signals;
  const root = `generations[${g}].signals`;
  if (chunks.state === "captured") {
    chunks.value.forEach((chunk, index) => {
      const at = `${root}.chunks.value[${index}]`;
      const passage = reading.add("chunk", chunk.text, at, g, { sourceId: chunk.sourceId, chunk });
      if (passage && !reading.chunks.some((known) => known.passage === passage)) reading.chunks.push({ chunk, at, passage, inPrompt: false });
    });
  }
  if (input.state === "captured") {
    if (input.value.system !== null) reading.add("system", input.value.system, `${root}.input.value.system`, g);
    input.value.messages.forEach((message, m) => {
      if (reading.isNewMessage(message)) readMessage(reading, trace, message, `${root}.input.value.messages[${m}]`, g);
    });
    input.value.tools.forEach((tool, t) => {
      const text = [tool.description, tool.parameters].filter((piece) => piece !== null).join("\n");
      reading.add("system", text, `${root}.input.value.tools[${t}]`, g);
    });
    if (input.value.messages.length === 0 && input.value.requestBody !== null) reading.add("message", input.value.requestBody, `${root}.input.value.requestBody`, g);
  }
  if (completion.state === "captured") {
    const order = reading.tick();
    reading.answers.push({ generation: g, text: completion.value.text, at: `${root}.completion.value.text`, order });
    reading.add("completion", completion.value.text, `${root}.completion.value.text`, g);
  }
  if (toolCalls.state === "captured") toolCalls.value.forEach((call, index) => readCall(reading, generation, call, `${root}.toolCalls.value[${index}]`, g));
}

const sameArguments = (left: string, right: string): boolean => left === right || left.replace(/\s+/g, "") === right.replace(/\s+/g, "");

function readCall(reading: Reading, generation: Generation, call: ToolCallSignal, at: string, g: number): void {
  const view: CallView = {
    index: reading.calls.length, at, turn: `generation ${g}`, resultAt: [`${at}.result`], callId: call.callId, name: call.name, arguments: call.arguments, result: call.result, executed: call.source === "wrapped" ? call.result : null,
    error: call.error, durationMs: call.durationMs, generation: g, order: reading.tick(), resultOrder: 0, atMs: generation.startedAtMs,
  };
  reading.calls.push(view);
  reading.add("tool-arguments", call.arguments, `${at}.arguments`, g, { call: view, sourceId: call.callId });
  view.resultOrder = reading.tick();
  if (call.result !== null) reading.add("tool-result", call.result, `${at}.result`, g, { call: view, sourceId: call.callId ?? call.name });
}

function readMessage(reading: Reading, trace: Reconstruction, message: Message, at: string, g: number): void {
  message.parts.forEach((part, p) => readPart(reading, trace, message, part, `${at}.parts[${p}]`, g));
}
function readPart(reading: Reading, trace: Reconstruction, message: Message, part: Part, at: string, g: number): void {
  switch (part.type) {
    case "text":
    case "reasoning":
    case "refusal":
      reading.add(kindOf(message), part.text, `${at}.text`, g);
      return;
    case "tool-call":
      historicCall(reading, trace, part, at, g);
      return;
    case "tool-result":
      resultInMessage(reading, part, at, g);
      return;
    case "other":
      reading.add(kindOf(message), part.json, `${at}.json`, g);
      return;
    case "media":
      return;
    default:
      return part satisfies never;
  }
}
const kindOf = (message: Message): PassageKind => {
  if (message.role === "system" || message.role === "developer") return "system";
  if (message.role === "assistant" || message.role === "model") return "completion";
  return message.role === "tool" || message.role === "function" ? "tool-result" : "message";
};

/** A call that stands in the messages and in no earlier generation of the trace. */
function historicCall(reading: Reading, trace: Reconstruction, part: Extract<Part, { type: "tool-call" }>, at: string, g: number): void {
  const known = reading.calls.some((call) => call.name === part.name && (part.callId === null || call.callId === part.callId) && sameArguments(call.arguments, part.arguments));
  if (known) return;
  const view: CallView = {
    index: reading.calls.length, at, turn: at.replace(/\.parts\[\d+\]$/, ""), resultAt: [], callId: part.callId, name: part.name, arguments: part.arguments, result: null, executed: null, error: null, durationMs: null,
    generation: g === 0 ? -1 : g - 1, order: reading.tick(), resultOrder: 0, atMs: trace.generations[g]?.startedAtMs ?? trace.startedAtMs,
  };
  reading.calls.push(view);
  reading.add("tool-arguments", part.arguments, `${at}.arguments`, g, { call: view, sourceId: part.callId });
}
function resultInMessage(reading: Reading, part: Extract<Part, { type: "tool-result" }>, at: string, g: number): void {
  const open = (call: CallView): boolean => part.callId !== null && call.callId === part.callId;
  const call = reading.calls.findLast((candidate) => open(candidate) && (candidate.result === part.result || candidate.error === part.result)) ?? reading.calls.findLast(open) ?? reading.calls.find((candidate) => candidate.result === null && candidate.error === null && candidate.name === part.name);
  if (!call) {
    reading.add("tool-result", part.result, `${at}.result`, g, { sourceId: part.callId ?? part.name });
    return;
  }
  if (!call.resultAt.includes(`${at}.result`) && call.resultAt.length < 4) call.resultAt.push(`${at}.result`);
  // cleared before the model read it once; what is cleared later was read
  if (call.resultOrder === 0 && call.executed === null && call.result !== null && call.result !== part.result && placeholder.test(part.result.trim())) call.executed = call.result;
  if (call.executed !== null && call.executed !== part.result) {
    // the app cut or reworked what its tool returned: the model read this
    call.result = part.result;
    reading.add("tool-result", part.result, `${at}.result`, g, { call, sourceId: call.callId ?? call.name });
    return;
  }
  if (part.isError) call.error ??= part.result;
  else if (call.result === null && call.error === null) call.result = part.result;
  if (call.resultOrder === 0) call.resultOrder = reading.tick();
  reading.add("tool-result", part.result, `${at}.result`, g, { call, sourceId: call.callId ?? call.name });
}

/** Executions no model call asked for on the wire, and what retrievals found that no generation lists. */
function readSteps(reading: Reading, trace: Reconstruction): void {
  const last = trace.generations.length - 1;
  trace.steps.forEach((step, index) => {
    if (step.kind === "tool") {
      const call = reading.calls.find((candidate) => (step.callId !== null && candidate.callId === step.callId) || (candidate.name === step.name && step.arguments !== null && sameArguments(candidate.arguments, step.arguments)));
      if (call) {
        if (call.resultAt.length < 4) call.resultAt.push(`steps[${index}].result`);
        call.durationMs ??= step.durationMs;
        if (step.error !== null) call.error ??= `${step.error.name}: ${step.error.message}`;
        if (step.result !== null && call.result === null) call.result = step.result;
        if (step.result !== null && step.result !== call.result) call.executed ??= step.result;
        return;
      }
      const view: CallView = {
        index: reading.calls.length, at: `steps[${index}]`, turn: `steps[${index}]`, resultAt: [`steps[${index}].result`], callId: step.callId, name: step.name, arguments: step.arguments ?? "", result: step.result, executed: step.result,
        error: step.error === null ? null : `${step.error.name}: ${step.error.message}`, durationMs: step.durationMs, generation: -1, order: 0, resultOrder: 0, atMs: step.atMs,
      };
      reading.calls.push(view);
      const passage = step.result === null ? null : reading.add("tool-result", step.result, `steps[${index}].result`, 0, { call: view, sourceId: step.callId ?? step.name });
      if (passage) passage.order = 0;
    } else if (step.kind === "retrieval") {
      step.chunks.forEach((chunk, c) => {
        const at = `steps[${index}].chunks[${c}]`;
        const listed = reading.chunks.find((known) => known.chunk.sourceId === chunk.sourceId && known.chunk.text === chunk.text);
        const passage = reading.add("chunk", chunk.text, at, Math.max(0, last), { sourceId: chunk.sourceId, chunk });
        if (!passage || listed) return;
        passage.order = 0;
        reading.chunks.push({ chunk, at, passage, inPrompt: false });
      });
    }
  });
}

/** Where a chunk stands in a message word for word, that part of the message is the chunk. */
function markChunks(reading: Reading, finalIndex: number): void {
  for (const message of reading.passages) {
    if (message.kind !== "message" && message.kind !== "system") continue;
    const covered: [number, number][] = [];
    let from = 0;
    for (const chunk of reading.chunks) {
      const text = chunk.passage.text.trim();
      if (text.length < 8 || text.length > message.text.length) continue;
      // chunks mostly stand in their order
      let at = message.text.indexOf(text, from);
      if (at < 0 && from > 0) at = message.text.indexOf(text);
      if (at < 0) continue;
      from = at + text.length;
      chunk.inPrompt = true;
      covered.push([at, from]);
    }
    if (covered.length > 0) message.covered = merge(covered);
  }
  const grounded = reading.chunks.length > 0 || reading.calls.length > 0;
  const users = reading.passages.filter((passage) => passage.kind === "message" && passage.generation <= finalIndex);
  for (const message of grounded ? users : users.slice(-1)) {
    const own = message.text.length - message.covered.reduce((sum, [start, end]) => sum + end - start, 0);
    if (own <= (grounded ? QUESTION_CHARS : 600)) message.kind = "question";
  }
}
function merge(ranges: [number, number][]): [number, number][] {
  ranges.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else merged.push([...range]);
  }
  return merged;
}

function questionOf(reading: Reading, final: Generation | null): string {
  if (final === null || final.signals.input.state !== "captured") return "";
  const user = final.signals.input.value.messages.findLast((message) => message.role === "user" && message.parts.some((part) => part.type === "text" && part.text.trim() !== ""));
  if (!user) return "";
  return user.parts
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .map((text) => {
      const passage = reading.passages.find((candidate) => candidate.text === text && candidate.covered.length > 0);
      return passage ? askedIn(passage) : text;
    })
    .join("\n");
}
/** The user's own words in a prompt built around chunks: after the last of them, else before the first; headings between them are the app's. */
function askedIn(passage: Passage): string {
  const segments = uncovered(passage);
  const words = (text: string): number => text.match(/[\p{L}\p{N}]{2,}/gu)?.length ?? 0;
  const last = bare(segments.at(-1) ?? "");
  const first = bare(segments[0] ?? "");
  if (words(last) >= 2 || segments.length < 2) return last;
  return words(first) > words(last) ? first : last;
}
const questionLabel = /(?:^|\n)[# ]{0,4}(?:user(?:'s)? )?(?:question|query|frage|pregunta|request|input|task)\b[^\n:]{0,20}:/i;
const fromLabel = (text: string): string => {
  const label = questionLabel.exec(text);
  return label ? text.slice(label.index).trim() : text;
};
/** Without the label an app puts before a question, and without the numbers and titles of chunks. */
const bare = (text: string): string => fromLabel(text.trim()).replace(/^(?:#+ ?)?[\p{L}' ]{2,24}:\s*/u, "").trim();
/** A passage's text without the chunks in it. */
export function uncovered(passage: Pick<Passage, "text" | "covered">): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of passage.covered) {
    parts.push(passage.text.slice(from, start));
    from = end;
  }
  parts.push(passage.text.slice(from));
  return parts.filter((part) => part.trim() !== "");
}
