/**
 * Cases follow the actions: what came since the last time is read, whenever its trace began, and each trace has the case its final action asks for. An action
 * that changes its mind takes an unreviewed case away again; what a person has reviewed stays.
 */
import type { Reconstruction } from "@whysaid/recorder/format";
import { diagnose } from "../diagnose/diagnose.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { Store } from "../store/store.ts";
import { changeHead, findHead, heads, putNew, removeCase, type KeptHead } from "./case-store.ts";
import type { Case, CaseHead, Label } from "./case.ts";
import { deriveCase } from "./derive.ts";

export interface SyncOutcome {
  /** Traces looked at. */
  readonly traces: number;
  readonly added: number;
  /** Traces that say what a case says already. */
  readonly joined: number;
  readonly withdrawn: number;
}
interface Progress {
  readonly mark: string;
}
const PROGRESS = { kind: "case-progress", id: "actions" } as const;
const PAGE = 200;

/** @param onProgress  told how many traces were looked at so far */
export async function syncCases(store: Store, onProgress: (traces: number) => void = () => {}): Promise<SyncOutcome> {
  let outcome: SyncOutcome = { traces: 0, added: 0, joined: 0, withdrawn: 0 };
  const known = await store.documents.get(PROGRESS.kind, PROGRESS.id);
  let mark = (known?.body as Progress | undefined)?.mark ?? null;
  for (;;) {
    const acted = await store.actedSince(mark, PAGE);
    for (const traceId of acted.traceIds) {
      const what = await syncTrace(store, traceId);
      outcome = { ...outcome, traces: outcome.traces + 1, [what]: what === "same" ? 0 : outcome[what] + 1 };
    }
    // Behind the cases themselves: a crash in between looks at a page twice, which changes nothing.
    if (acted.mark !== mark) await store.documents.put({ ...PROGRESS, body: { mark: acted.mark } satisfies Progress });
    mark = acted.mark;
    onProgress(outcome.traces);
    if (acted.traceIds.length === 0) return withoutSame(outcome);
  }
}
const withoutSame = ({ traces, added, joined, withdrawn }: SyncOutcome): SyncOutcome => ({ traces, added, joined, withdrawn });

export type TraceOutcome = "added" | "joined" | "withdrawn" | "same";

/** Bring the cases of one trace in step with its final action. */
export async function syncTrace(store: Store, traceId: string): Promise<TraceOutcome> {
  const trace = await store.trace(traceId);
  if (trace === null) return "same";
  const story = reconstruct(trace);
  // The action alone, before its call has come: there is nothing yet to run again.
  const wanted = story.generations.length === 0 && story.steps.length === 0 ? null : deriveCase(story, { findings: diagnose(story).findings, atMs: story.startedAtMs });
  const kept: KeptHead[] = [];
  for await (const one of heads(store, { traceId })) kept.push(one);
  if (kept.some(({ head }) => head.id === wanted?.id)) return (await withdrawOthers(store, kept, traceId, wanted)) ? "withdrawn" : "same";
  // After an erasure the same trace says less: its case has been erased the same way and stays.
  if (wanted !== null && kept.length > 0 && isErased(story)) return "same";
  const isWithdrawn = await withdrawOthers(store, kept, traceId, wanted);
  if (wanted === null) return isWithdrawn ? "withdrawn" : "same";
  return (await keep(store, wanted)) ? "added" : "joined";
}
const isErased = (story: Reconstruction): boolean => JSON.stringify(story).includes("⟦ERASED:");

/** @returns true when it is new, false when its trace joined a case there was */
export async function keep(store: Store, made: Case): Promise<boolean> {
  if ((await findHead(store, made.id)) === null && (await putNew(store, made))) return true;
  await changeHead(store, made.id, (head) => joined(head, made));
  return false;
}

function joined(head: CaseHead, made: CaseHead): CaseHead {
  const traceIds = [...new Set([...head.traceIds, ...made.traceIds])].sort();
  return { ...head, traceIds, labels: mergedLabels(head.labels, made.labels) };
}
/** Each name once a source, the first that said so. */
function mergedLabels(a: readonly Label[], b: readonly Label[]): readonly Label[] {
  const all = new Map<string, Label>();
  for (const label of [...a, ...b]) {
    const key = `${label.source} ${label.name} ${label.traceId ?? ""}`;
    if (!all.has(key)) all.set(key, label);
  }
  return [...all.values()];
}

async function withdrawOthers(store: Store, kept: readonly KeptHead[], traceId: string, wanted: CaseHead | null): Promise<boolean> {
  let isWithdrawn = false;
  for (const one of kept) {
    const { head } = one;
    const isReviewed = head.revision > 1 || head.origin === "hand";
    if (head.id === wanted?.id || isReviewed) continue;
    if (head.traceIds.length === 1) isWithdrawn = (await removeCase(store, one)) || isWithdrawn;
    else {
      await changeHead(store, head.id, (now) => ({ ...now, traceIds: now.traceIds.filter((id) => id !== traceId), labels: now.labels.filter((label) => label.traceId !== traceId) }));
      isWithdrawn = true;
    }
  }
  return isWithdrawn;
}
