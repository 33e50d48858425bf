/**
 * `context-truncated` — part of the input never reached the model: a chunk or tool result cut on its way into the prompt, a window that was full, turns of the conversation dropped.
 *
 * Sees: what was retrieved or executed beside what stands in the prompt, marks that something was cut, token counts at the window's edge or far below the text, turns the previous trace still had. Can't see: a
 * cut the app made before anything was recorded, unless it left a mark.
 * Next: replay with a larger window, or with the missing part put back.
 */
import type { Generation } from "@whysaid/recorder/format";
import { excerptOf, named, pointAt, pointAtResult, replay, type Candidate, type Case, type Evidence } from "../finding.ts";
import type { Passage } from "../passages.ts";
import { aftermath } from "../flow.ts";
import { outcomeOf } from "../results.ts";
import { contentWords, shareOf, wordsIn } from "../words.ts";

export function contextTruncated(seen: Case): readonly Candidate[] {
  const found = [...cutChunks(seen), ...cutResults(seen), ...fullWindow(seen), ...droppedTurns(seen), ...leftOut(seen), ...cutMessages(seen)];
  return found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
}
const candidate = (seen: Case, title: string, confidence: number, evidence: readonly Evidence[]): Candidate => ({ cause: "context-truncated", title, confidence, evidence, next: replay(seen.view.trace.traceId) });

/** A chunk's beginning stands in the prompt, its end does not. */
function* cutChunks(seen: Case): Iterable<Candidate> {
  const { view } = seen;
  const prompt = promptOf(view.final);
  if (prompt === "") return;
  for (const { chunk, passage, inPrompt } of view.chunks) {
    if (inPrompt) continue;
    const text = chunk.text.trim();
    if (text.length < 200 || prompt.includes(text)) continue;
    const kept = prefixWithin(text, prompt);
    if (kept < 60 || kept > text.length * 0.95 || goesOn(text, kept, prompt)) continue;
    yield candidate(seen, `Chunk ${named(chunk.sourceId ?? String(chunk.position))} was cut on its way into the prompt: ${kept} of ${text.length} characters reached the model`, 0.93, [
      pointAt(passage, kept - Math.min(40, kept), kept),
      { at: `generations[${view.finalIndex}].signals.input.value.messages`, sourceId: chunk.sourceId, excerpt: `the prompt ends the chunk with “${text.slice(Math.max(0, kept - 40), kept)}”` },
    ]);
  }
}
/** Later stretches of the text stand in the prompt: it was reworked, not cut. */
const goesOn = (text: string, from: number, prompt: string): boolean =>
  [0.15, 0.4, 0.65, 1].filter((share) => {
    const at = Math.floor(from + (text.length - 50 - from) * share);
    return at > from + 10 && prompt.includes(text.slice(at, at + 50));
  }).length >= 2;
/** How much of the text's beginning stands in the prompt. */
function prefixWithin(text: string, prompt: string): number {
  const head = text.slice(0, 60);
  let best = 0;
  for (let at = prompt.indexOf(head), tries = 0; at >= 0 && tries < 8; at = prompt.indexOf(head, at + 1), tries += 1) {
    let length = head.length;
    while (length < text.length && at + length < prompt.length && text.charCodeAt(length) === prompt.charCodeAt(at + length)) length += 1;
    best = Math.max(best, length);
  }
  return best;
}
function promptOf(generation: Generation | null): string {
  if (generation === null || generation.signals.input.state !== "captured") return "";
  const { system, messages } = generation.signals.input.value;
  return [system ?? "", ...messages.flatMap((message) => message.parts.map((part) => (part.type === "text" ? part.text : part.type === "tool-result" ? part.result : "")))].join("\n");
}

function* cutResults(seen: Case): Iterable<Candidate> {
  const { view, values } = seen;
  for (const call of view.calls) {
    const outcome = outcomeOf(call);
    if (outcome.kind !== "cut") continue;
    const after = aftermath(view, values, call);
    const passed = call.executed !== null && call.executed !== call.result;
    const brokenJson = outcome.sign.startsWith("its JSON");
    // Tools for agents cut long output as a matter of course; it matters where what was cut is missed, or where a record broke off.
    const structured = /^\s*[[{]/.test(call.result ?? "");
    const confidence = passed ? 0.94 : after.orphans.length > 0 && !after.reacted ? 0.94 : structured ? (brokenJson ? 0.9 : 0.92) : after.last ? 0.6 : 0;
    if (confidence === 0) continue;
    const evidence: Evidence[] = [{ ...pointAtResult(call), at: call.resultAt.at(-1) ?? call.at, excerpt: `…${excerptOf((call.result ?? "").slice(-120))}` }, pointAtResult(call)];
    const orphan = after.orphans[0];
    if (orphan) evidence.push({ at: orphan.at, sourceId: null, excerpt: `${orphan.value.text}: stands nowhere in what the model read`, start: orphan.value.start, end: orphan.value.end });
    yield candidate(seen, `The result of ${named(call.name)} was cut before the model read it: ${named(outcome.sign)}`, confidence, evidence);
  }
}

/** Fewer input tokens than the text can be written in, or exactly as many as the window holds. */
function* fullWindow(seen: Case): Iterable<Candidate> {
  const { view } = seen;
  for (const [index, generation] of view.trace.generations.entries()) {
    const { usage, input } = generation.signals;
    if (usage.state !== "captured" || input.state !== "captured" || usage.value.inputTokens === null) continue;
    const tokens = usage.value.inputTokens + (usage.value.cacheReadTokens ?? 0) + (usage.value.cacheWriteTokens ?? 0);
    const text = promptOf(generation);
    if (text.length < 2_000 || tokens === 0) continue;
    const window = windowOf(input.value.parameters);
    const full = window !== null && tokens >= window * 0.98 && text.length > tokens * 5;
    // English runs at four characters a token; nothing people write reaches nine.
    const impossible = text.length > tokens * 9 && text.length > 6_000 && !/([^\s])\1{200}/.test(text.slice(0, 20_000));
    if (!full && !impossible) continue;
    yield candidate(seen, full ? `The input filled the window of ${window} tokens; ${text.length.toLocaleString("en-US")} characters were sent, the rest fell out` : `The provider read ${tokens} tokens of an input of ${text.length.toLocaleString("en-US")} characters`, full ? 0.92 : 0.85, [
      { at: `generations[${index}].signals.usage.value.inputTokens`, sourceId: null, excerpt: String(tokens) },
      { at: `generations[${index}].signals.input.value.messages`, sourceId: null, excerpt: `${text.length} characters` },
      ...(window === null ? [] : [{ at: `generations[${index}].signals.input.value.parameters`, sourceId: null, excerpt: `window of ${window} tokens` }]),
    ]);
  }
}
function windowOf(parameters: Readonly<Record<string, unknown>>): number | null {
  for (const holder of [parameters, ...Object.values(parameters)]) {
    if (typeof holder !== "object" || holder === null) continue;
    for (const key of ["num_ctx", "n_ctx", "max_model_len", "context_length", "max_seq_len", "max_context_tokens", "truncate_prompt_tokens", "max_prompt_tokens"]) {
      const value = (holder as Readonly<Record<string, unknown>>)[key];
      if (typeof value === "number" && value > 0) return value;
    }
  }
  return null;
}

/** The conversation's previous trace, or an earlier generation of this one, sent turns this input no longer has. */
function* droppedTurns(seen: Case): Iterable<Candidate> {
  const { view, previous } = seen;
  const first = view.trace.generations[0];
  const before = previous.findLast((trace) => trace.conversationId !== null && trace.conversationId === view.trace.conversationId)?.generations.at(-1);
  const pairs: [Generation, Generation, number, number][] = [];
  if (before && first) pairs.push([before, first, 0, 0.93]);
  view.trace.generations.forEach((generation, index) => {
    const earlier = view.trace.generations[index - 1];
    if (earlier) pairs.push([earlier, generation, index, 0.85]);
  });
  for (const [earlier, later, index, confidence] of pairs) {
    const had = userTexts(earlier);
    const has = userTexts(later);
    if (had.length === 0 || has.length > had.length) continue;
    // one question, and answers and results that followed it: the question itself fell out
    const alone = had.length < 2 || has.length === 0;
    if (alone && (index === 0 || has.length > 0 || !callsShared(earlier, later) || messagesOf(later) >= messagesOf(earlier) || systemOf(earlier) !== systemOf(later))) continue;
    const kept = new Set(has);
    const lost = had.filter((text) => !kept.has(text));
    // some turns are kept and older ones are gone: a window slid. None kept: another conversation, or another agent's.
    const slid = had.some((text) => kept.has(text)) || callsShared(earlier, later) || saidBefore(earlier, later);
    const from = had.indexOf(lost[0] ?? "");
    if (lost.length === 0 || !slid || from !== 0) continue;
    yield candidate(seen, `${lost.length} earlier message${lost.length === 1 ? "" : "s"} of the conversation no longer stand${lost.length === 1 ? "s" : ""} in the input, first “${named(lost[0] ?? "")}”`, confidence, [
      { at: `generations[${index}].signals.input.value.messages`, sourceId: null, excerpt: `begins with “${named(has[0] ?? "")}”` },
      { at: `generations[${index}].signals.input.value.messages[0]`, sourceId: null, excerpt: `before: “${named(had[0] ?? "")}”` },
    ]);
    return;
  }
}
const messagesOf = ({ signals: { input } }: Generation): number => (input.state === "captured" ? input.value.messages.length : 0);
const systemOf = ({ signals: { input } }: Generation): string | null => (input.state === "captured" ? input.value.system : null);
const userTexts = (generation: Generation): string[] =>
  generation.signals.input.state !== "captured" ? [] : generation.signals.input.value.messages.filter((message) => message.role === "user").flatMap((message) => message.parts.flatMap((part) => (part.type === "text" && part.text.trim() !== "" ? [part.text] : [])));
/** Something the model said before still stands in the later input. */
function saidBefore(earlier: Generation, later: Generation): boolean {
  const said = (generation: Generation): string[] => (generation.signals.input.state !== "captured" ? [] : generation.signals.input.value.messages.filter((message) => message.role === "assistant" || message.role === "model").flatMap((message) => message.parts.flatMap((part) => (part.type === "text" && part.text.length > 20 ? [part.text] : []))));
  const own = new Set([...said(earlier), ...(earlier.signals.completion.state === "captured" ? [earlier.signals.completion.value.text] : [])]);
  return said(later).some((text) => own.has(text));
}
function callsShared(earlier: Generation, later: Generation): boolean {
  const ids = (generation: Generation): string[] => (generation.signals.input.state !== "captured" ? [] : generation.signals.input.value.messages.flatMap((message) => message.parts.flatMap((part) => ("callId" in part && part.callId !== null ? [part.callId] : []))));
  const own = new Set([...ids(earlier), ...(earlier.signals.toolCalls.state === "captured" ? earlier.signals.toolCalls.value.flatMap((call) => (call.callId === null ? [] : [call.callId])) : [])]);
  return ids(later).some((id) => own.has(id));
}

/** The passage that answers was retrieved and did not reach the prompt, while others did. */
function* leftOut(seen: Case): Iterable<Candidate> {
  const { view } = seen;
  const out = view.chunks.filter(({ chunk }) => chunk.reachedPrompt === false && chunk.text.trim().length > 40);
  if (out.length === 0 || out.length === view.chunks.length) return;
  const wanted = contentWords(`${view.question} ${view.answer?.text ?? ""}`);
  const scored = view.chunks.map((entry) => ({ ...entry, share: shareOf(wanted, wordsIn(entry.passage)) })).sort((a, b) => b.share - a.share);
  // a figure of the answer that only a passage left out has, or the best of them left out
  const holding = scored.find((entry) => entry.chunk.reachedPrompt === false && figuresFrom(seen, entry.passage) > 0);
  const top = holding ?? scored[0];
  const second = scored.find(({ chunk }) => chunk.reachedPrompt !== false);
  if (!top || top.chunk.reachedPrompt !== false || !second || (!holding && top.share < second.share + 0.03)) return;
  yield candidate(seen, `${holding ? "A passage the answer takes a figure from" : "The passage that fits best"}, ${named(top.chunk.sourceId ?? String(top.chunk.position))}, was retrieved and did not reach the prompt`, holding || top.share > second.share * 1.5 ? 0.9 : 0.8, [pointAt(top.passage)]);
}

const figuresFrom = (seen: Case, passage: Passage): number => seen.values.filter((traced) => traced.in === "completion" && traced.value.type !== "name" && traced.value.type !== "quote" && traced.evidence.length > 0 && traced.hits.every((hit) => hit.passage === passage)).length;

/** A message, chunk or system text that says at its end that it was cut. */
function* cutMessages(seen: Case): Iterable<Candidate> {
  const { view } = seen;
  for (const passage of view.passages) {
    if (passage.kind !== "message" && passage.kind !== "question" && passage.kind !== "chunk" && passage.kind !== "system") continue;
    const text = passage.text.trimEnd();
    const said = /(?:\[(?:\.\.\.|…)?\s*(?:content |text |context |input |message |document )?(?:truncated|omitted|cut off|gekürzt|truncado|tronqué)[^\]\n]{0,60}\]|<(?:truncated|omitted)[^>\n]{0,60}>|…\s?\(truncated[^)\n]{0,40}\)|\.\.\. ?\(?truncated\)?|\[\s?\d[\d,.]* (?:more )?(?:characters|tokens|chars|messages) (?:omitted|truncated|removed)[^\]\n]{0,20}\]|\((?:earlier|previous) messages (?:omitted|truncated|removed)[^)\n]{0,20}\))/i.exec(passage.kind === "chunk" ? text.slice(-200) : text.slice(0, 400_000));
    if (said) {
      const start = (passage.kind === "chunk" ? Math.max(0, text.length - 200) : 0) + said.index;
      yield candidate(seen, `Part of the input was cut before it was sent: ${named(said[0])}`, 0.85, [pointAt(passage, start, start + said[0].length)]);
      return;
    }
    // a text of a round length that breaks off in the middle of a word was cut there
    if (passage.kind === "message" && passage.covered.length === 0 && text.length === passage.text.length && text.length >= 2_000 && roundLengths.has(text.length) && /[\p{L}\p{N}]$/u.test(text)) {
      yield candidate(seen, `A text of exactly ${text.length} characters breaks off in the middle: “…${named(text.slice(-40))}”`, 0.75, [pointAt(passage, text.length - 40, text.length)]);
      return;
    }
  }
}
const roundLengths: ReadonlySet<number> = new Set([1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 12_000, 15_000, 16_000, 20_000, 25_000, 30_000, 32_000, 40_000, 50_000, 64_000, 100_000, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536]);
