/** What a person says of a case: it is right as it is, it should have been this, it is none. Each review is a revision; the ones before stay readable. */
import { WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../store/store.ts";
import { changeHead, listCases, type CaseFilter } from "./case-store.ts";
import type { CaseHead, CaseStatus, Expected, Label } from "./case.ts";

/** Cases that wait for review, oldest first. */
export async function reviewQueue(store: Store, filter: Omit<CaseFilter, "status"> = {}): Promise<readonly CaseHead[]> {
  return (await listCases(store, { ...filter, status: "new" })).toReversed();
}

export type Verdict =
  | { readonly verdict: "confirm" }
  /** `expected` is redacted already. */
  | { readonly verdict: "fix"; readonly expected: string }
  | { readonly verdict: "reject" };
export interface Reviewer {
  readonly actor: string | null;
  readonly atMs: number;
  /** Redacted. */
  readonly note?: string;
  /** Words of the reviewer's own, to find the case by. */
  readonly labels?: readonly string[];
}

/** @throws WhysaidError `CASE_NOT_FOUND`, `CASE_BUSY` */
export async function reviewCase(store: Store, id: string, verdict: Verdict, { actor, atMs, note, labels = [] }: Reviewer): Promise<CaseHead> {
  const changed = await changeHead(store, id, (head) => {
    const status: CaseStatus = verdict.verdict === "reject" ? "rejected" : "confirmed";
    const expected: Expected | null = verdict.verdict === "fix" ? { text: verdict.expected, source: "reviewer" } : head.expected;
    const revision = head.revision + 1;
    const own = labels.map((name): Label => ({ name, source: "reviewer", traceId: null, atMs, confidence: null, note: note ?? null }));
    return { ...head, status, expected, revision, labels: [...head.labels, ...own.filter(({ name }) => !head.labels.some((one) => one.name === name && one.source === "reviewer"))], history: [...head.history, { revision, atMs, actor, status, expected, note: note ?? null }] };
  });
  if (changed === null) throw new WhysaidError("CASE_NOT_FOUND", `no case ${id} in ${store.name}`, { fix: "`whysaid cases list` shows what is there." });
  return changed;
}
