/** A feature's dataset: its confirmed cases. A version is made when the set or an expected answer has changed since the last one, and says which revision of which case it held. */
import { createHash } from "node:crypto";
import type { Store } from "../store/store.ts";
import { findHead, listCases, withStory } from "./case-store.ts";
import type { Case, CaseHead } from "./case.ts";

export interface DatasetVersion {
  /** 1, 2, … */
  readonly version: number;
  readonly atMs: number;
  /** Over ids and revisions; equal sets have equal hashes. */
  readonly hash: string;
  readonly cases: readonly { readonly id: string; readonly revision: number }[];
}
interface Dataset {
  readonly feature: string;
  readonly versions: readonly DatasetVersion[];
}
const KIND = "dataset";

export async function versionsOf(store: Store, feature: string): Promise<readonly DatasetVersion[]> {
  return ((await store.documents.get(KIND, feature))?.body as Dataset | undefined)?.versions ?? [];
}

/** The version the confirmed cases are now; made when there is none such. */
export async function currentVersion(store: Store, feature: string, atMs: number): Promise<DatasetVersion> {
  const cases = (await listCases(store, { feature, status: "confirmed" })).map(({ id, revision }) => ({ id, revision })).sort((a, b) => (a.id < b.id ? -1 : 1));
  const hash = createHash("sha256").update(JSON.stringify(cases)).digest("hex").slice(0, 16);
  for (;;) {
    const kept = await store.documents.get(KIND, feature);
    const versions = (kept?.body as Dataset | undefined)?.versions ?? [];
    const last = versions.at(-1);
    if (last?.hash === hash) return last;
    const made: DatasetVersion = { version: (last?.version ?? 0) + 1, atMs, hash, cases };
    const { outcome } = await store.documents.put({ kind: KIND, id: feature, body: { feature, versions: [...versions, made] } satisfies Dataset }, kept?.version ?? 0);
    if (outcome === "saved") return made;
  }
}

/** The cases of a version as they were in it. One that has been erased or removed since is left out. */
export async function casesOf(store: Store, { cases }: DatasetVersion): Promise<readonly Case[]> {
  const found: Case[] = [];
  for (const { id, revision } of cases) {
    const kept = await findHead(store, id);
    if (kept !== null) found.push(await withStory(store, asOf(kept.head, revision)));
  }
  return found;
}

function asOf(head: CaseHead, revision: number): CaseHead {
  const then = head.history.find((one) => one.revision === revision);
  return then === undefined || revision === head.revision ? head : { ...head, revision, status: then.status, expected: then.expected };
}
