/**
 * `invalid-json` — the model was to write JSON and what it wrote is malformed, in the answer or in a tool call's arguments.
 *
 * Sees: a failed parse of text that is JSON-like but not valid, with the value a tolerant reading recovers. Can't see: JSON that is valid and wrong. Text cut at a limit is
 * `output-truncated`; valid JSON the parser stumbled over is `parser-bug`.
 * Next: ask for structured output, or repair before parsing.
 */
import type { Generation } from "@whysaid/recorder/format";
import { named, pointAtText, replay, type Candidate, type Case } from "../finding.ts";
import { recoverJson } from "../recover.ts";
import { parses } from "./parser-bug.ts";

export function invalidJson(seen: Case): readonly Candidate[] {
  return [...answers(seen), ...toolArguments(seen)].slice(0, 1);
}

function answers({ view }: Case): Candidate[] {
  const found: Candidate[] = [];
  const next = replay(view.trace.traceId, "--n 5");
  for (const { parsed, text, at, textAt } of parses(view)) {
    if (parsed.outcome !== "failed" || text.trim() === "") continue;
    const recovery = recoverJson(text);
    const several = recovery.outcome === "strict" && recovery.wrapped && /^\s*[[{]/.test(text) && /^\s*,?\s*[[{]/.test(text.slice(recovery.end));
    if (recovery.outcome === "strict" && typeof recovery.value === "object" && !several) continue;
    if (recovery.outcome === "strict" && several) {
      found.push({ cause: "invalid-json", title: `The answer is several JSON values in a row, not one${parsed.error === null ? "" : ` (${named(parsed.error.message)})`}`, confidence: 0.93, evidence: [pointAtText(textAt, text, Math.max(0, recovery.end - 20), Math.min(text.length, recovery.end + 30)), { at: `${at}.outcome`, sourceId: null, excerpt: parsed.error?.message ?? "failed" }], next });
      continue;
    }
    const asJson = wantsJson(parsed.error, parsed.parser);
    const structured = recovery.outcome === "repaired" && typeof recovery.value === "object" && recovery.value !== null;
    if (!structured && !(asJson && /[[{]/.test(text))) {
      if (!asJson) continue;
      found.push({ cause: "invalid-json", title: `The answer is prose where ${named(parsed.parser ?? "the parser")} expects JSON`, confidence: 0.85, evidence: [pointAtText(textAt, text, 0, Math.min(text.length, 120)), { at: `${at}.error`, sourceId: null, excerpt: parsed.error?.message ?? "failed" }], next });
      continue;
    }
    const offset = faultAt(text);
    const recovered = recovery.outcome === "repaired" ? `; meant was ${named(JSON.stringify(recovery.value) ?? "")}` : "";
    found.push({
      cause: "invalid-json",
      title: `The answer is not valid JSON${parsed.error === null ? "" : ` (${named(parsed.error.message)})`}${recovered}`,
      confidence: structured ? 0.94 : 0.85,
      evidence: [pointAtText(textAt, text, Math.max(0, offset - 10), Math.min(text.length, offset + 30)), { at: `${at}.outcome`, sourceId: null, excerpt: parsed.error === null ? "failed" : `${parsed.error.name}: ${parsed.error.message}` }],
      next,
    });
  }
  if (found.length > 0) return found;
  // no parser was recorded, but JSON was asked for
  const { final, finalIndex } = view;
  if (final === null || final.signals.parsed.state === "captured" || final.signals.completion.state !== "captured" || final.state !== "complete" || !asksForJson(final)) return [];
  const { text, finishReason } = final.signals.completion.value;
  if (text.trim() === "" || (finishReason !== null && !/^(?:stop|end_turn|eos|complete|completed|finish|stop_sequence)$/i.test(finishReason))) return [];
  const recovery = recoverJson(text);
  if (recovery.outcome !== "repaired" || !/^\s*(?:```\w*\s*)?[[{]/.test(text) || /\}\s*\{/.test(text.slice(0, 20))) return [];
  const offset = faultAt(text);
  return [{ cause: "invalid-json", title: "JSON was asked for and the answer is not valid JSON", confidence: 0.9, evidence: [pointAtText(`generations[${finalIndex}].signals.completion.value.text`, text, Math.max(0, offset - 10), Math.min(text.length, offset + 30))], next }];
}
const wantsJson = (error: { readonly name: string; readonly message: string } | null, parser: string | null): boolean => /json|syntaxerror|unexpected (?:token|end|non-whitespace|string|number)|expected .*(?:property|delimiter|double-quoted|value)|unterminated|decode/i.test(`${error?.name ?? ""} ${error?.message ?? ""}`) || /json/i.test(parser ?? "");
function asksForJson(generation: Generation): boolean {
  if (generation.signals.input.state !== "captured") return false;
  const parameters = JSON.stringify(generation.signals.input.value.parameters);
  return /"(?:json_object|json_schema|application\/json|responseSchema|response_schema|responseJsonSchema)"/.test(parameters) || /"format":(?:"json"|\{)/.test(parameters);
}
/** Where a strict reading stops. */
function faultAt(text: string): number {
  try {
    JSON.parse(text);
    return 0;
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    if (position !== undefined) return Math.min(Number(position), text.length);
    const start = text.search(/[[{]/);
    return Math.max(0, start);
  }
}

/** A call's arguments that do not parse, when the call's protocol says they are JSON (they begin like it). */
function toolArguments({ view }: Case): Candidate[] {
  for (const call of view.calls) {
    const text = call.arguments.trim();
    if (!/^[[{]/.test(text) || text === "") continue;
    try {
      JSON.parse(text);
      continue;
    } catch {
      const finish = view.trace.generations[call.generation]?.signals.completion;
      if (finish?.state === "captured" && finish.value.finishReason !== null && /length|max/i.test(finish.value.finishReason)) continue;
      const offset = faultAt(call.arguments);
      return [
        {
          cause: "invalid-json",
          title: `The arguments of ${named(call.name)} are not valid JSON`,
          confidence: 0.93,
          evidence: [{ at: `${call.at}.arguments`, sourceId: call.callId ?? call.name, excerpt: call.arguments.slice(Math.max(0, offset - 60), offset + 60) }, ...(call.result === null && call.error === null ? [] : [pointAtText(call.resultAt[0] ?? call.at, call.error ?? call.result ?? "")])],
          next: replay(view.trace.traceId, "--n 5"),
        },
      ];
    }
  }
  return [];
}
