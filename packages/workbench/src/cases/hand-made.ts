/** A case a person picked: whatever the user did, this answer is to be run again. Confirmed at once, for somebody looked at it. */
import { diagnose } from "../diagnose/diagnose.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { Store } from "../store/store.ts";
import { findHead } from "./case-store.ts";
import type { CaseHead, Expected, Label } from "./case.ts";
import { deriveCase } from "./derive.ts";
import { reviewCase } from "./review.ts";
import { keep } from "./sync.ts";

export interface HandMade {
  /** What the answer should have been, redacted; null: what the user's edit says, if there is one. */
  readonly expected: string | null;
  readonly note: string | null;
  readonly labels: readonly string[];
  readonly actor: string;
  readonly atMs: number;
}

/** @returns null when there is no such trace */
export async function handMade(store: Store, traceId: string, { expected, note, labels, actor, atMs }: HandMade): Promise<{ readonly head: CaseHead; readonly isNew: boolean } | null> {
  const trace = await store.trace(traceId);
  if (trace === null) return null;
  const story = reconstruct(trace);
  const wanted: Expected | null = expected === null ? null : { text: expected, source: "reviewer" };
  const made = deriveCase(story, { findings: diagnose(story).findings, atMs, byHand: { expected: wanted, note, actor } });
  if (made === null) return null;
  const own = labels.map((name): Label => ({ name, source: "reviewer", traceId: null, atMs, confidence: null, note: null }));
  const isNew = await keep(store, { ...made, labels: [...made.labels, ...own] });
  const kept = (await findHead(store, made.id))?.head;
  if (kept === undefined) return null;
  // What the user's action made and nobody has looked at yet: now somebody has.
  if (kept.status === "confirmed") return { head: kept, isNew };
  return { head: await reviewCase(store, made.id, { verdict: "confirm" }, { actor, atMs, ...(note === null ? {} : { note }), labels }), isNew };
}
