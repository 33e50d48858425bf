/**
 * Two reconstructions field by field: what was asked, retrieved, answered, parsed, checked and done. Ids, clocks and wire bytes differ always and are
 * left out. Messages and tool calls are aligned, chunks go by their source id, rules by their name.
 */
import { diffArrays } from "diff/lib/diff/array.js";
import type { ChunkSignal, Generation, Reconstruction, Signal, ToolDefinition, ValidationSignal } from "@whysaid/recorder/format";

/** `at` is a place in either reconstruction, the words `signals` and `value` left out. What is not there is undefined. */
export interface Difference {
  readonly at: string;
  readonly kind: "changed" | "added" | "removed" | "moved";
  readonly a?: unknown;
  readonly b?: unknown;
}

export function differences(a: Reconstruction, b: Reconstruction): readonly Difference[] {
  const found: Difference[] = [];
  compare(traceFields(a), traceFields(b), "", found);
  const generations = Math.max(a.generations.length, b.generations.length);
  for (let index = 0; index < generations; index += 1) compareGenerations(a.generations[index], b.generations[index], `generations[${index}]`, found);
  compare(a.actions.map(actionFields), b.actions.map(actionFields), "actions", found);
  return found;
}

const traceFields = (story: Reconstruction) => ({
  feature: story.feature,
  service: story.service,
  environment: story.environment,
  release: story.release,
  prompt: story.prompt,
  tags: story.tags,
  subject: story.subject,
  outcome: story.outcome,
  error: story.error,
});
const actionFields = ({ action, before, after, note }: Reconstruction["actions"][number]) => ({ action, before, after, note });

/** A missing signal compares as its reason. */
const valueOf = <T>(signal: Signal<T>): T | string => (signal.state === "captured" ? signal.value : `missing: ${signal.why}`);

function compareGenerations(a: Generation | undefined, b: Generation | undefined, at: string, found: Difference[]): void {
  if (a === undefined || b === undefined) {
    found.push(a === undefined ? { at, kind: "added", b: summary(b) } : { at, kind: "removed", a: summary(a) });
    return;
  }
  compare(callFields(a), callFields(b), at, found);
  const [inputA, inputB] = [a.signals.input, b.signals.input];
  if (inputA.state === "captured" && inputB.state === "captured") {
    compare(inputA.value.system, inputB.value.system, `${at}.input.system`, found);
    compareLists(inputA.value.messages, inputB.value.messages, `${at}.input.messages`, found);
    compare(byName(inputA.value.tools), byName(inputB.value.tools), `${at}.input.tools`, found);
    compare(inputA.value.parameters, inputB.value.parameters, `${at}.input.parameters`, found);
  } else compare(valueOf(inputA), valueOf(inputB), `${at}.input`, found);
  compareChunks(a.signals.chunks, b.signals.chunks, `${at}.chunks`, found);
  compareSignalLists(a.signals.toolCalls, b.signals.toolCalls, ({ name, arguments: args, result, error }) => ({ name, arguments: args, result, error }), `${at}.toolCalls`, found);
  compare(answerFields(a), answerFields(b), `${at}.completion`, found);
  compare(parsedFields(a), parsedFields(b), `${at}.parsed`, found);
  compare(rules(a), rules(b), `${at}.validation`, found);
  compare(valueOf(a.signals.usage), valueOf(b.signals.usage), `${at}.usage`, found);
  compare(valueOf(a.signals.latency), valueOf(b.signals.latency), `${at}.latency`, found);
}

const callFields = (one: Generation) => ({ provider: one.provider, protocol: one.protocol, model: valueOf(one.signals.model), attempts: one.attempts, state: one.state, status: one.status, error: one.error });
const summary = (one: Generation | undefined): unknown => (one === undefined ? null : { ...callFields(one), completion: answerFields(one) });
function answerFields({ signals: { completion } }: Generation): unknown {
  if (completion.state === "missing") return valueOf(completion);
  const { text, finishReason, refusal, reasoning, alternatives } = completion.value;
  return { text, finishReason, refusal, reasoning, alternatives };
}
function parsedFields({ signals: { parsed } }: Generation): unknown {
  if (parsed.state === "missing") return valueOf(parsed);
  const { parser, outcome, result, error } = parsed.value;
  return { parser, outcome, result, error };
}
function rules({ signals: { validation } }: Generation): unknown {
  if (validation.state === "missing") return valueOf(validation);
  const name = ({ validator, rule, path }: ValidationSignal): string => [validator, rule, path].filter((part) => part !== null).join(" · ");
  return Object.fromEntries(validation.value.map((check) => [name(check), { outcome: check.outcome, value: check.value, expected: check.expected }]));
}
const byName = (tools: readonly ToolDefinition[]): Readonly<Record<string, unknown>> => Object.fromEntries(tools.map(({ name, ...rest }) => [name, rest]));

function compareChunks(a: Signal<readonly ChunkSignal[]>, b: Signal<readonly ChunkSignal[]>, at: string, found: Difference[]): void {
  if (a.state === "missing" || b.state === "missing") return compare(valueOf(a), valueOf(b), at, found);
  // Chunks without a source id go by their text.
  const key = ({ sourceId, text }: ChunkSignal): string => sourceId ?? text;
  const [inA, inB] = [keyed(a.value, key), keyed(b.value, key)];
  for (const [name, chunk] of inA) if (!inB.has(name)) found.push({ at: `${at}[${a.value.indexOf(chunk)}]`, kind: "removed", a: chunk });
  for (const [name, chunk] of inB) {
    const before = inA.get(name);
    const place = `${at}[${b.value.indexOf(chunk)}]`;
    if (before === undefined) found.push({ at: place, kind: "added", b: chunk });
    else {
      if (before.position !== chunk.position) found.push({ at: place, kind: "moved", a: { sourceId: name, position: before.position }, b: { sourceId: name, position: chunk.position } });
      compare({ text: before.text, score: before.score, reachedPrompt: before.reachedPrompt }, { text: chunk.text, score: chunk.score, reachedPrompt: chunk.reachedPrompt }, place, found);
    }
  }
}
const keyed = <T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, T> => new Map(values.map((value) => [key(value), value]));

function compareSignalLists<T>(a: Signal<readonly T[]>, b: Signal<readonly T[]>, fields: (value: T) => unknown, at: string, found: Difference[]): void {
  if (a.state === "missing" || b.state === "missing") compare(valueOf(a), valueOf(b), at, found);
  else compareLists(a.value.map(fields), b.value.map(fields), at, found);
}

/** Equal elements are aligned; between them what went and what came is paired in order. */
function compareLists(a: readonly unknown[], b: readonly unknown[], at: string, found: Difference[]): void {
  let [placeA, placeB] = [0, 0];
  let gone: unknown[] = [];
  const flush = (came: readonly unknown[]): void => {
    for (let index = 0; index < Math.max(gone.length, came.length); index += 1) {
      if (index >= came.length) found.push({ at: `${at}[${placeA - gone.length + index}]`, kind: "removed", a: gone[index] });
      else if (index >= gone.length) found.push({ at: `${at}[${placeB + index}]`, kind: "added", b: came[index] });
      else compare(gone[index], came[index], `${at}[${placeB + index}]`, found);
    }
    gone = [];
  };
  for (const change of diffArrays(a.map((one) => JSON.stringify(one)), b.map((one) => JSON.stringify(one)))) {
    const { length } = change.value;
    if (change.removed) {
      gone = a.slice(placeA, placeA + length);
      placeA += length;
    } else if (change.added) {
      flush(b.slice(placeB, placeB + length));
      placeB += length;
    } else {
      flush([]);
      placeA += length;
      placeB += length;
    }
  }
  flush([]);
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Down to the leaves; both values come from JSON no deeper than `json-value.ts` lets through. */
function compare(a: unknown, b: unknown, at: string, found: Difference[]): void {
  if (isPlain(a) && isPlain(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(a[key], b[key], at === "" ? key : `${at}.${key}`, found);
  } else if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) compare(a[index], b[index], `${at}[${index}]`, found);
  } else if (!Object.is(a, b)) {
    if (a === undefined || a === null) found.push({ at, kind: "added", b });
    else if (b === undefined || b === null) found.push({ at, kind: "removed", a });
    else found.push({ at, kind: "changed", a, b });
  }
}
