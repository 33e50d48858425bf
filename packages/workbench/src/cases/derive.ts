/** From one trace to one case: the user's final action decides, whatever came before it and in whichever order it arrived. Pure. */
import { type ActionSignal, type Finding, type Reconstruction, type UserAction } from "@whysaid/recorder/format";
import { CASE_FORMAT, type Case, type Expected, type Label } from "./case.ts";
import { caseId } from "./content.ts";

/**
 * The action that stands: the last one. Of two at one moment an edit tells more than a retry, a retry more than leaving, and each more than taking the answer as it is; two edits of one moment
 * go by their text. So the final action hangs on the set of actions alone.
 */
export function finalAction(actions: readonly ActionSignal[]): ActionSignal | null {
  const weight: Readonly<Record<UserAction, number>> = { accept: 0, abandon: 1, retry: 2, edit: 3 };
  return actions.reduce<ActionSignal | null>((final, one) => {
    if (final === null || one.atMs > final.atMs) return one;
    if (one.atMs < final.atMs) return final;
    const order = weight[one.action] - weight[final.action] || compare(one.after ?? "", final.after ?? "") || compare(one.note ?? "", final.note ?? "");
    return order > 0 ? one : final;
  }, null);
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What the person saw: what the action says, else the last answer with words in it. */
export function saidOf(story: Reconstruction, action: ActionSignal | null): string {
  if (action?.before !== null && action?.before !== undefined) return action.before;
  const texts = story.generations.flatMap(({ signals: { completion } }) => (completion.state === "captured" ? [completion.value.refusal ?? completion.value.text] : []));
  return texts.findLast((text) => text !== "") ?? "";
}

export interface Derivation {
  /** As `diagnose` found them. */
  readonly findings: readonly Finding[];
  readonly atMs: number;
  /** By hand: a case of whatever the user did, and this is what the answer should have been. */
  readonly byHand?: { readonly expected: Expected | null; readonly note: string | null; readonly actor: string | null };
}

/** null where the final action asks for none: the answer was accepted, or nothing was done. */
export function deriveCase(story: Reconstruction, { findings, atMs, byHand }: Derivation): Case | null {
  const action = finalAction(story.actions);
  if (byHand === undefined && (action === null || action.action === "accept")) return null;
  const kept: Reconstruction = { ...story, findings: [], provenance: [] };
  const said = saidOf(story, action);
  const edited: Expected | null = action?.action === "edit" && action.after !== null ? { text: action.after, source: "edit" } : null;
  const expected = byHand?.expected ?? edited;
  const feature = story.feature ?? "";
  const madeMs = byHand === undefined ? (action?.atMs ?? atMs) : atMs;
  const status = byHand === undefined ? "new" : "confirmed";
  return {
    id: caseId({ feature, story: kept, said, expected }),
    format: CASE_FORMAT,
    feature,
    status,
    origin: byHand === undefined ? (action?.action ?? "hand") : "hand",
    traceIds: [story.traceId],
    atMs: madeMs,
    said,
    expected,
    labels: labelsOf(story, action, findings),
    revision: 1,
    history: [{ revision: 1, atMs: madeMs, actor: byHand?.actor ?? null, status, expected, note: byHand?.note ?? null }],
    story: kept,
  };
}

function labelsOf(story: Reconstruction, action: ActionSignal | null, findings: readonly Finding[]): readonly Label[] {
  const { traceId } = story;
  const at = { traceId, atMs: action?.atMs ?? story.startedAtMs };
  const ofAction: Label[] = action === null ? [] : [{ name: `action:${action.action}`, source: "action", ...at, confidence: null, note: action.note }];
  const failed = story.steps.flatMap((step) => (step.kind === "validation" ? step.checks.filter(({ outcome, rule }) => outcome === "failed" && rule !== null).map(({ rule }) => rule ?? "") : []));
  const rules = [...new Set(failed)].map((rule): Label => ({ name: `rule:${rule}`, source: "rule", ...at, confidence: null, note: null }));
  const causes = findings.map(({ cause, confidence, title }): Label => ({ name: `cause:${cause}`, source: "diagnosis", ...at, confidence, note: title }));
  return [...ofAction, ...rules, ...causes, ...wrongSources(findings).map(({ sourceId, confidence }): Label => ({ name: `source:${sourceId}`, source: "diagnosis", ...at, confidence, note: null }))];
}

/** Causes that blame what the answer was made from. */
const OF_SOURCES = new Set(["wrong-entity", "wrong-chunk", "instruction-from-data", "tool-stale"]);

/** Sources whose values must not come back, each once. Only from findings that are likely right. */
function wrongSources(findings: readonly Finding[]): readonly { readonly sourceId: string; readonly confidence: number }[] {
  const found = new Map<string, number>();
  for (const { cause, confidence, evidence } of findings) {
    if (!OF_SOURCES.has(cause) || confidence < 0.8) continue;
    for (const { sourceId } of evidence) if (sourceId !== null) found.set(sourceId, Math.max(confidence, found.get(sourceId) ?? 0));
  }
  return [...found].map(([sourceId, confidence]) => ({ sourceId, confidence }));
}
