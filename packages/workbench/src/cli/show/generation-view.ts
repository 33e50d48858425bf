/** One generation: what the model saw, what it said, which tools it asked for, and what of it nobody recorded. */
import type { ChunkSignal, CompletionSignal, Generation, InputSnapshot, SignalName, ToolCallSignal } from "@whysaid/recorder/format";
import { safeLine } from "../terminal-safe.ts";
import { count, duration, time, whyMissing } from "./amounts.ts";
import { limits } from "./limits.ts";
import { messages } from "./messages.ts";
import type { Page } from "./page.ts";
import { modelName, sharedMessages, signalLabels, tokens, troubles, valueOf } from "../../marks/story.ts";

export function generationView(page: Page, generation: Generation, index: number, previous: Generation | undefined): void {
  const { signals } = generation;
  const at = `generations[${index}]`;
  page.words(page.paint(facts(generation), "dim"), "  ");
  for (const text of troubles(generation)) page.words(page.paint(text, "red"), "  ");
  attempts(page, generation);
  const input = valueOf(signals.input);
  if (input !== null) {
    messages(page, input, `${at}.input`, sharedMessages(generation, previous));
    offered(page, input);
    if (input.messages.length === 0 && input.requestBody !== null) page.text("sent", input.requestBody, { path: `${at}.input.requestBody`, limits: limits.json });
  }
  reachedChunks(page, valueOf(signals.chunks));
  const completion = valueOf(signals.completion);
  if (completion !== null) answer(page, completion, at, generation.status);
  for (const [place, call] of (valueOf(signals.toolCalls) ?? []).entries()) toolCall(page, call, `${at}.toolCalls[${place}]`);
  missingRow(page, generation);
}

function facts(generation: Generation): string {
  const { signals, provider, attempts: tries, state } = generation;
  const model = valueOf(signals.model);
  const usage = valueOf(signals.usage);
  const latency = valueOf(signals.latency);
  const completion = valueOf(signals.completion);
  return [
    provider === null || provider === "unknown" ? null : safeLine(provider),
    model === null || model.requested === null || model.requested === modelName(generation) ? null : `asked for ${safeLine(model.requested)}`,
    model?.fingerprint ? `fingerprint ${safeLine(model.fingerprint)}` : null,
    usage === null ? null : tokens(usage),
    latency?.timeToFirstChunkMs ? `first chunk after ${duration(latency.timeToFirstChunkMs)}` : null,
    tries > 1 ? `${tries} attempts` : null,
    state === "complete" ? null : state,
    completion?.finishReason ? `finish ${safeLine(completion.finishReason)}` : null,
  ]
    .filter((text) => text !== null)
    .join(" · ");
}

function attempts(page: Page, { attemptList }: Generation): void {
  if (attemptList.length < 2) return;
  for (const one of attemptList) {
    const status = one.status === null ? "no status" : `HTTP ${one.status}`;
    page.row(`attempt ${one.attempt}`, [time(one.atMs).slice(11), status, one.state, duration(one.durationMs), one.error === null ? "" : safeLine(one.error.message)].filter((text) => text !== "").join(" · "));
  }
}

function offered(page: Page, input: InputSnapshot): void {
  if (input.tools.length > 0) page.row("tools", input.tools.map((tool) => safeLine(tool.name)).join(", "));
  const parameters = Object.entries(input.parameters).map(([name, value]) => `${safeLine(name)} ${brief(value)}`);
  if (parameters.length > 0) page.row("parameters", parameters.join(" · "));
}
function brief(value: unknown): string {
  const json = safeLine(JSON.stringify(value) ?? "");
  return json.length > 80 ? `${json.slice(0, 79)}…` : json;
}

function reachedChunks(page: Page, chunks: readonly ChunkSignal[] | null): void {
  if (chunks === null || chunks.length === 0) return;
  const reached = chunks.filter((chunk) => chunk.reachedPrompt === true);
  const named = (some: readonly ChunkSignal[]): string => some.map((chunk) => safeLine(chunk.sourceId ?? `#${chunk.position + 1}`)).join(", ");
  const not = chunks.filter((chunk) => chunk.reachedPrompt === false);
  if (reached.length === chunks.length) return page.row("chunks", chunks.length === 1 ? "the one retrieved is in the prompt" : `all ${chunks.length} retrieved are in the prompt`);
  page.row("chunks", [reached.length > 0 ? `in the prompt: ${named(reached)}` : "", not.length > 0 ? `not in the prompt: ${named(not)}` : ""].filter((text) => text !== "").join(" · ") || `${chunks.length} retrieved`);
}

function answer(page: Page, completion: CompletionSignal, at: string, status: number | null): void {
  if (completion.reasoning !== null) page.text("reasoning", completion.reasoning, { path: `${at}.completion.reasoning`, limits: limits.toolResult, style: "dim" });
  if (completion.refusal !== null) page.text("refused", completion.refusal, { path: `${at}.completion.refusal`, limits: limits.message, style: "red" });
  const hasFailed = status !== null && status >= 400;
  if (completion.text !== "") page.text("answer", completion.text, { path: `${at}.completion.text`, limits: limits.answer, style: "bold" });
  else if (completion.refusal === null && completion.finishReason !== "tool_calls" && completion.finishReason !== "tool_use" && !hasFailed) page.row("answer", "(empty)");
  for (const [index, text] of completion.alternatives.entries()) page.text(`or ${index + 1}`, text, { path: `${at}.completion.alternatives[${index}]`, limits: limits.message });
  const rawPath = `${at}.completion.raw`;
  if (completion.raw === null || completion.raw === "") return;
  if (page.folding.isOpen(rawPath)) page.text("raw", completion.raw, { path: rawPath, limits: limits.raw, style: "dim" });
  else page.row("raw", `${count(completion.raw.length)} characters off the wire (--unfold ${rawPath})`);
}

function toolCall(page: Page, call: ToolCallSignal, path: string): void {
  page.text("calls", `→ ${call.name} ${call.arguments}`, { path: `${path}.arguments`, limits: limits.toolArguments, style: "yellow" });
  const how = [call.durationMs === null ? null : duration(call.durationMs), call.source === "wire" ? "seen in the next request" : null].filter((text) => text !== null).join(", ");
  const suffix = how === "" ? "" : `  (${how})`;
  if (call.error !== null) page.text("", `⚠ ${call.error}${suffix}`, { path: `${path}.error`, limits: limits.error, style: "red" });
  else if (call.result !== null) page.text("", `← ${call.result}${suffix}`, { path: `${path}.result`, limits: limits.toolResult });
  else page.row("", "← no result recorded", "yellow");
}

/** What could be there and is not. A signal that does not apply is not missed. */
function missingRow(page: Page, { signals }: Generation): void {
  const absent = (Object.keys(signalLabels) as SignalName[]).flatMap((name) => {
    const signal = signals[name];
    return signal.state === "missing" && signal.why !== "not-applicable" ? [`${signalLabels[name]} ${whyMissing[signal.why]}`] : [];
  });
  if (absent.length > 0) page.row("missing", absent.join(" · "), "yellow");
}
