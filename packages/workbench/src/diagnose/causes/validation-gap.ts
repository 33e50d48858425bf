/**
 * `validation-gap` — every rule passed, and still the user edited, retried or left: what was wrong with the answer no rule looks for.
 *
 * Sees: the last action, and for an edit what it changed, field by field where the answer is JSON. Can't see: whether the user was right. Another cause that
 * explains the answer ranks above it.
 * Next: keep the edit as a case, and write the rule that would have caught it.
 */
import { excerptOf, named, pointAtText, type Candidate, type Case, type Evidence } from "../finding.ts";
import { recoverJson } from "../recover.ts";
import { failedChecks } from "./rule-failed.ts";

export function validationGap(seen: Case): readonly Candidate[] {
  const { view } = seen;
  const { actions } = view.trace;
  const last = actions.at(-1);
  const signalled = view.final?.signals.action;
  const action = last ?? (signalled?.state === "captured" ? signalled.value : undefined);
  if (!action || action.action === "accept") return [];
  if (failedChecks(seen).length > 0) return [];
  const passed = passedCount(seen);
  const before = action.before ?? view.answer?.text ?? "";
  const changes = action.action === "edit" && action.after !== null ? changesOf(before, action.after) : [];
  if (action.action === "edit" && action.after !== null && changes.length === 0) return [];
  const did = action.action === "edit" ? "edited the answer" : action.action === "retry" ? "asked again" : "left";
  const what = changes.length === 0 ? "" : `: ${changes.slice(0, 2).map((change) => change.words).join("; ")}`;
  const evidence: Evidence[] = [{ at: last ? `actions[${actions.length - 1}]` : `generations[${view.finalIndex}].signals.action.value`, sourceId: null, excerpt: excerptOf(`${action.action}${what}${action.note === null ? "" : ` — ${action.note}`}`) }];
  for (const change of changes.slice(0, 4)) if (view.answer !== null && change.start !== null) evidence.push(pointAtText(view.answer.at, view.answer.text, change.start, change.start + change.length));
  return [
    {
      cause: "validation-gap",
      title: passed > 0 ? `All ${passed} checks passed, and the user ${did}${what}` : `No rule checks this answer, and the user ${did}${what}`,
      confidence: passed > 0 ? 0.92 : 0.5,
      evidence,
      next: `whysaid cases add ${view.trace.traceId}`,
    },
  ];
}

function passedCount({ view }: Case): number {
  let passed = 0;
  for (const generation of view.trace.generations) if (generation.signals.validation.state === "captured") passed += generation.signals.validation.value.filter((check) => check.outcome === "passed").length;
  if (passed > 0) return passed;
  return view.trace.steps.reduce((sum, step) => sum + (step.kind === "validation" && step.outcome === "passed" ? Math.max(1, step.checks.length) : 0), 0);
}

interface Change {
  readonly words: string;
  /** Where in the text before; null for what was added. */
  readonly start: number | null;
  readonly length: number;
}
/** What an edit changed: fields of JSON, else runs of words. */
export function changesOf(before: string, after: string): Change[] {
  if (before.trim() === after.trim()) return [];
  const left = /^\s*(?:```\w*\s*)?[[{]/.test(before) ? recoverJson(before) : null;
  const right = /^\s*(?:```\w*\s*)?[[{]/.test(after) ? recoverJson(after) : null;
  if (left && right && left.outcome !== "none" && right.outcome !== "none") {
    const changes: Change[] = [];
    compare(left.value, right.value, "", before, changes);
    if (changes.length > 0) return changes;
  }
  return wordChanges(before, after);
}
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
function compare(left: unknown, right: unknown, path: string, text: string, changes: Change[]): void {
  if (isFields(left) && isFields(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) compare(left[key], right[key], path === "" ? key : `${path}.${key}`, text, changes);
    return;
  }
  if (Object.is(left, right) || JSON.stringify(left) === JSON.stringify(right)) return;
  const old = left === undefined ? "(none)" : JSON.stringify(left);
  const start = left === undefined ? -1 : text.indexOf(JSON.stringify(left) ?? "");
  changes.push({ words: `${path}: ${named(old)} → ${right === undefined ? "(none)" : named(JSON.stringify(right))}`, start: start < 0 ? null : start, length: old.length });
}
/** The first and last word that differ, and what stands between. */
function wordChanges(before: string, after: string): Change[] {
  const left = [...before.matchAll(/\S+/g)];
  const right = [...after.matchAll(/\S+/g)];
  let head = 0;
  while (head < left.length && head < right.length && left[head]?.[0] === right[head]?.[0]) head += 1;
  let tail = 0;
  while (tail < left.length - head && tail < right.length - head && left[left.length - 1 - tail]?.[0] === right[right.length - 1 - tail]?.[0]) tail += 1;
  const first = left[head];
  const lastWord = left[left.length - 1 - tail];
  const old = left.slice(head, left.length - tail).map((word) => word[0]).join(" ");
  const fresh = right.slice(head, right.length - tail).map((word) => word[0]).join(" ");
  if (old === "" && fresh === "") return [];
  const start = old === "" || !first ? null : first.index;
  return [{ words: `${old === "" ? "(none)" : `“${named(old)}”`} → ${fresh === "" ? "(none)" : `“${named(fresh)}”`}`, start, length: start === null || !lastWord ? 0 : lastWord.index + lastWord[0].length - start }];
}
