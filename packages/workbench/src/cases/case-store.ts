/** Cases in the store: the head that is listed and the story it is run from, two records, so that listing reads no stories. Saved over the version that was read: nobody undoes another's review unseen. */
import { WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../store/store.ts";
import { headOf, type Case, type CaseHead } from "./case.ts";

const HEAD = "case";
const STORY = "case-story";
const PAGE = 200;

export interface CaseFilter {
  readonly feature?: string;
  readonly status?: CaseHead["status"];
  /** A label's name, e.g. `cause:wrong-entity`. */
  readonly label?: string;
  readonly traceId?: string;
}
/** A head with the version it has in the store. */
export interface KeptHead {
  readonly version: number;
  readonly head: CaseHead;
}

/** Every head that passes, in the order of ids. */
export async function* heads(store: Store, filter: CaseFilter = {}): AsyncIterable<KeptHead> {
  for (let after: string | undefined; ; ) {
    const page = await store.documents.list(HEAD, { limit: PAGE, ...(after === undefined ? {} : { after }), ...(filter.traceId === undefined ? {} : { traceId: filter.traceId }) });
    for (const { body, version } of page) {
      const head = body as CaseHead;
      if (passes(head, filter)) yield { head, version };
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE || after === undefined) return;
  }
}
const passes = ({ feature, status, labels }: CaseHead, filter: CaseFilter): boolean =>
  (filter.feature === undefined || feature === filter.feature) && (filter.status === undefined || status === filter.status) && (filter.label === undefined || labels.some(({ name }) => name === filter.label));

/** Newest first. */
export async function listCases(store: Store, filter: CaseFilter = {}): Promise<readonly CaseHead[]> {
  const found: CaseHead[] = [];
  for await (const { head } of heads(store, filter)) found.push(head);
  return found.sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1));
}

/** @throws WhysaidError `CASE_NOT_FOUND`, `CASE_AMBIGUOUS` */
export async function headNamed(store: Store, typed: string): Promise<KeptHead> {
  const prefix = `case_${typed.trim().toLowerCase().replace(/^case_/, "")}`;
  const found = await store.documents.list(HEAD, { prefix, limit: 2 });
  const [first] = found;
  if (first === undefined) throw new WhysaidError("CASE_NOT_FOUND", `no case ${prefix} in ${store.name}`, { fix: "`whysaid cases list` shows what is there." });
  if (found.length > 1) throw new WhysaidError("CASE_AMBIGUOUS", `more than one case begins with ${prefix}`, { fix: "Give more digits." });
  return { head: first.body as CaseHead, version: first.version };
}

/** @throws WhysaidError `CASE_NOT_FOUND`, `CASE_AMBIGUOUS` */
export async function caseNamed(store: Store, typed: string): Promise<Case> {
  return withStory(store, (await headNamed(store, typed)).head);
}

/** @throws WhysaidError `CASE_NOT_FOUND` when its story is gone */
export async function withStory(store: Store, head: CaseHead): Promise<Case> {
  const story = await store.documents.get(STORY, head.id);
  if (story === null) throw new WhysaidError("CASE_NOT_FOUND", `the story of ${head.id} is not in ${store.name}`, { fix: "Make the case anew: `whysaid cases add <trace>`." });
  return { ...head, story: story.body as Case["story"] };
}

export const findHead = async (store: Store, id: string): Promise<KeptHead | null> => {
  const found = await store.documents.get(HEAD, id);
  return found === null ? null : { head: found.body as CaseHead, version: found.version };
};

/**
 * A case that is not there yet. The story first: a head always has one.
 *
 * @returns false when somebody else made it meanwhile
 */
export async function putNew(store: Store, made: Case): Promise<boolean> {
  await store.documents.put({ kind: STORY, id: made.id, traceIds: made.traceIds, body: made.story });
  return (await putHead(store, headOf(made), 0)) === "saved";
}

export async function putHead(store: Store, head: CaseHead, expectedVersion: number): Promise<"saved" | "conflict"> {
  return (await store.documents.put({ kind: HEAD, id: head.id, traceIds: head.traceIds, body: head }, expectedVersion)).outcome;
}

/** @returns false when it was changed meanwhile */
export async function removeCase(store: Store, { head, version }: KeptHead): Promise<boolean> {
  if (!(await store.documents.delete(HEAD, head.id, version))) return false;
  await store.documents.delete(STORY, head.id);
  return true;
}

const ATTEMPTS = 8;
/**
 * Change a head as it is now, again when somebody was faster.
 *
 * @param change  null leaves it as it is
 * @throws WhysaidError `CASE_BUSY`
 */
export async function changeHead(store: Store, id: string, change: (head: CaseHead) => CaseHead | null): Promise<CaseHead | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const kept = await findHead(store, id);
    if (kept === null) return null;
    const changed = change(kept.head);
    if (changed === null) return kept.head;
    if ((await putHead(store, changed, kept.version)) === "saved") return changed;
  }
  throw new WhysaidError("CASE_BUSY", `${id} is being changed by others all the time`, { fix: "Try again." });
}
