/**
 * `incomplete-recording` — part of what happened was not recorded, so no diagnosis can be sure.
 *
 * Sees: gaps the recorder counted, calls without an end, answers and results that must have existed. Can't see: a call that crossed an unrecorded path.
 * Next: `whysaid verify` and `whysaid doctor` say what the recorder lost and why.
 */
import type { Candidate, Case, Evidence } from "../finding.ts";

export function incompleteRecording({ view }: Case): readonly Candidate[] {
  const { trace } = view;
  const evidence: Evidence[] = trace.gaps.map((gap, index) => ({ at: `gaps[${index}]`, sourceId: null, excerpt: `${gap.why}: ${gap.detail}` }));
  const holes = holesOf(view.trace);
  if (trace.complete && evidence.length === 0 && holes.length === 0) return [];
  const first = trace.gaps[0];
  const openEnd = trace.generations.some((generation) => generation.state === "open");
  const title = openEnd
    ? "The call was never answered as far as the recording goes: still waiting, or the process died"
    : first !== undefined
      ? `Part of this trace was not recorded: ${first.detail}`
      : holes.length > 0
        ? "What must have followed was not recorded"
        : "The trace has no end: its process is still at it, or died";
  if (evidence.length === 0 && holes.length === 0) evidence.push({ at: "complete", sourceId: null, excerpt: "false" });
  const sure = evidence.length > 0 || openEnd;
  return [{ cause: "incomplete-recording", title, confidence: sure ? 0.92 : 0.75, evidence: [...evidence, ...holes].slice(0, 6), next: "whysaid verify" }];
}

/** Signals that cannot be absent given what is there. */
function holesOf(trace: Case["view"]["trace"]): Evidence[] {
  const holes: Evidence[] = [];
  trace.generations.forEach((generation, index) => {
    const { completion, toolCalls, usage } = generation.signals;
    const root = `generations[${index}]`;
    const answered = generation.state === "complete" && generation.error === null && (generation.status === null || generation.status < 400);
    if (generation.state === "open") holes.push({ at: `${root}.state`, sourceId: null, excerpt: "open: the request is there, no response is" });
    if (generation.state === "unread") holes.push({ at: `${root}.state`, sourceId: null, excerpt: "unread: the app never read the body" });
    const calls = toolCalls.state === "captured" ? toolCalls.value.length : 0;
    if (answered && completion.state === "missing" && completion.why !== "not-applicable" && generation.signals.input.state === "captured" && calls === 0) holes.push({ at: `${root}.signals.completion`, sourceId: null, excerpt: `missing: ${completion.why}` });
    if (answered && completion.state === "captured" && calls === 0 && completion.value.text === "" && completion.value.refusal === null && completion.value.finishReason !== null && /tool_?calls?|tool_use|function_call/i.test(completion.value.finishReason))
      holes.push({ at: `${root}.signals.toolCalls`, sourceId: null, excerpt: `finish reason ${completion.value.finishReason}, no call recorded` });
    if (answered && completion.state === "captured" && calls === 0 && completion.value.text === "" && completion.value.refusal === null && usage.state === "captured" && (usage.value.outputTokens ?? 0) - (usage.value.reasoningTokens ?? 0) > 50 && completion.value.raw === null && completion.value.reasoning === null)
      holes.push({ at: `${root}.signals.usage`, sourceId: null, excerpt: `${usage.value.outputTokens} output tokens, no text recorded` });
    if (generation.signals.input.state === "missing" && generation.signals.input.why === "not-recorded" && completion.state === "captured") holes.push({ at: `${root}.signals.input`, sourceId: null, excerpt: "missing: not-recorded" });
    // the next generation went on without the result of this one's call
    const unanswered = toolCalls.state === "captured" && toolCalls.value.some((call) => call.result === null && call.error === null);
    const nextInput = trace.generations[index + 1]?.signals.input;
    if (unanswered && (!trace.complete || (nextInput?.state === "missing" && nextInput.why === "not-recorded"))) holes.push({ at: `${root}.signals.toolCalls`, sourceId: null, excerpt: "a tool call without a result" });
  });
  return holes;
}
