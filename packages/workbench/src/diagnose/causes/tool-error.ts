/**
 * `tool-error` — a tool failed, and the answer went on without what it should have brought.
 *
 * Sees: errors in the call's signal, in the result's own fields or words (also where the call "succeeded"), together with what followed: an answer that rests on values from
 * nowhere, or one that says it could not. An error the model dealt with (the call repeated, another taken, the user told in the middle of a conversation) is no finding.
 * Can't see: a tool that failed silently with a plausible result.
 * Next: run the tool by hand with the same arguments.
 */
import { named, pointAtCall, pointsAtResult, pointAtText, type Candidate, type Case, type Evidence } from "../finding.ts";
import { aftermath } from "../flow.ts";
import { outcomeOf } from "../results.ts";

export function toolError(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  const found: Candidate[] = [];
  for (const call of view.calls) {
    const outcome = outcomeOf(call);
    if (outcome.kind !== "error") continue;
    const after = aftermath(view, values, call);
    // the model was told no, and passed it on: the tool did its work
    const told = after.passedOn && !outcome.broke;
    const confidence = told ? 0 : after.orphans.length > 0 && !after.reacted ? 0.95 : after.last ? (outcome.plain || outcome.broke || after.admitted ? 0.93 : 0.82) : !after.reacted && outcome.plain && outcome.broke ? 0.72 : 0;
    if (confidence === 0) continue;
    const evidence: Evidence[] = [...pointsAtResult(call), pointAtCall(call)];
    const orphan = after.orphans[0];
    if (orphan) evidence.push({ at: orphan.at, sourceId: null, excerpt: `${orphan.value.text}: stands nowhere in the input`, start: orphan.value.start, end: orphan.value.end });
    else if (after.admitted && view.answer) evidence.push(pointAtText(view.answer.at, view.answer.text));
    found.push({ cause: "tool-error", title: `${named(call.name)} failed: ${named(outcome.sign)}`, confidence, evidence, next: `whysaid show ${view.trace.traceId}` });
  }
  return best(found);
}
export const best = (found: readonly Candidate[]): readonly Candidate[] => found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
