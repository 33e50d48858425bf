/**
 * `tool-empty` — a tool found nothing, and the answer either rests on values from nowhere or has nothing to say.
 *
 * Sees: blank results, empty lists and envelopes around them, a tool's own "no results". Not counted: tools that change something (their empty result means nothing), searches followed by
 * another that found something, results the conversation went on from. Can't see: a search that found the wrong things (`retrieval-weak`, `wrong-entity`).
 * Next: run the tool by hand with the same arguments.
 */
import { named, pointAtCall, pointsAtResult, pointAtText, type Candidate, type Case, type Evidence } from "../finding.ts";
import { aftermath } from "../flow.ts";
import { outcomeOf } from "../results.ts";
import { changesSomething } from "../words.ts";
import { best } from "./tool-error.ts";

export function toolEmpty(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  const found: Candidate[] = [];
  for (const call of view.calls) {
    const outcome = outcomeOf(call);
    if (outcome.kind !== "empty") continue;
    const blank = (call.result ?? "").trim() === "";
    // an image or a file came back, which is no text
    if (blank && hasMedia(seen)) continue;
    // a tool that never says anything, or whose name says it acts
    const twins = view.calls.filter((other) => other.name === call.name && other !== call);
    const mute = blank && twins.length > 0 && twins.every((other) => outcomeOf(other).kind === "empty");
    // what a tool that acts returns is often nothing; an empty list of rows, or "no results", is not what it usually says
    const speaks = twins.some((other) => outcomeOf(other).kind === "answer" && (other.result ?? "").length > 40);
    const acts = (changesSomething(call.name) || !looksUp(call.name)) && outcome.plain && !speaks;
    const after = aftermath(view, values, call);
    const orphans = after.orphans.length;
    let confidence = 0;
    if (orphans > 0 && !after.reacted && !acts && !mute) confidence = 0.94;
    else if (after.last && !mute && !acts) confidence = after.admitted || (after.passedOn && !blank) ? 0.92 : 0.85;
    else if (after.last && acts && orphans > 1) confidence = 0.6;
    if (confidence === 0) continue;
    const evidence: Evidence[] = [...pointsAtResult(call), pointAtCall(call)];
    const orphan = after.orphans[0];
    if (orphan) evidence.push({ at: orphan.at, sourceId: null, excerpt: `${orphan.value.text}: stands nowhere in the input`, start: orphan.value.start, end: orphan.value.end });
    else if (view.answer) evidence.push(pointAtText(view.answer.at, view.answer.text));
    found.push({ cause: "tool-empty", title: `${named(call.name)} returned nothing${orphans > 0 ? `, and the answer says ${named(orphan?.value.text ?? "")} all the same` : ""}`, confidence, evidence, next: `whysaid show ${view.trace.traceId}` });
  }
  return best(found);
}

const lookups = /(?:^|[^a-z])(?:get|search|find|list|query|lookup|look|fetch|read|retrieve|check|show|describe|count|browse|select|filter|scan|view|request|api|call|ask|recall|locate|match|resolve|info|details?|data|status|weather|price|history|records?|results?|documents?|knowledge|rag|sql|db|database|calendar|availability)(?:[^a-z]|$)/;
const looksUp = (tool: string): boolean => lookups.test(tool.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase());
const hasMedia = (seen: Case): boolean => seen.view.trace.generations.some((generation) => generation.signals.input.state === "captured" && generation.signals.input.value.messages.some((message) => message.parts.some((part) => part.type === "media")));
