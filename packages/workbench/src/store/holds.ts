/**
 * Legal holds: traces that must stay as they are, whatever a retention rule or a request to erase says. Documents of the store, so that every process that works on the store knows them;
 * asked by `retain` and `erase` before they touch anything.
 */
import { randomBytes } from "node:crypto";
import { pseudonymsIn } from "@whysaid/recorder/format";
import type { Store, TraceFilter, TraceKey } from "./store.ts";

/** What is held: one trace, all of a feature, or all that were declared to be about one person. */
export type HoldTarget =
  | { readonly by: "trace"; readonly traceId: string }
  | { readonly by: "feature"; readonly feature: string }
  /** Pseudonyms that are this person's alone, as `ID:g7k3q9x2m4vt`. */
  | { readonly by: "subject"; readonly pseudonyms: readonly string[] };
export interface Hold {
  readonly id: string;
  readonly target: HoldTarget;
  /** Redacted. */
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
}

const KIND = "hold";
const PAGE = 5000;

export async function addHold(store: Store, hold: Omit<Hold, "id">): Promise<Hold> {
  const made: Hold = { id: `hold_${randomBytes(4).toString("hex")}`, ...hold };
  await store.documents.put({ kind: KIND, id: made.id, traceIds: made.target.by === "trace" ? [made.target.traceId] : [], body: { ...made, target: written(made.target) } }, 0);
  return made;
}

export async function listHolds(store: Store): Promise<readonly Hold[]> {
  const holds: Hold[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.documents.list(KIND, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    holds.push(...page.map(({ body }) => ({ ...(body as Hold), target: read((body as Hold).target) })));
    if (page.length < PAGE) return holds.sort((a, b) => a.atMs - b.atMs);
    after = page.at(-1)?.id;
  }
}

/** @returns false when there is none */
export const removeHold = (store: Store, id: string): Promise<boolean> => store.documents.delete(KIND, id);

/** In documents a pseudonym stands as everywhere else, so that erasing the person after the hold has ended finds it. */
const written = (target: HoldTarget): HoldTarget => (target.by === "subject" ? { ...target, pseudonyms: target.pseudonyms.map((value) => `⟦${value}~0⟧`) } : target);
const read = (target: HoldTarget): HoldTarget => (target.by === "subject" ? { ...target, pseudonyms: target.pseudonyms.flatMap((text) => [...pseudonymsIn(text)].map(({ type, parts }) => `${type}:${parts.join(".")}`)) } : target);

/** The holds of a store, ready to be asked about many traces. */
export class Holds {
  readonly all: readonly Hold[];
  readonly #byTrace: ReadonlyMap<string, Hold>;
  readonly #byFeature: ReadonlyMap<string, Hold>;

  private constructor(all: readonly Hold[], byTrace: ReadonlyMap<string, Hold>, byFeature: ReadonlyMap<string, Hold>) {
    this.all = all;
    this.#byTrace = byTrace;
    this.#byFeature = byFeature;
  }

  static async of(store: Store): Promise<Holds> {
    const all = await listHolds(store);
    const byTrace = new Map<string, Hold>();
    const byFeature = new Map<string, Hold>();
    for (const hold of all) {
      const { target } = hold;
      if (target.by === "trace") byTrace.set(target.traceId, hold);
      else if (target.by === "feature") byFeature.set(target.feature, hold);
      else for (const subject of target.pseudonyms) for await (const keys of keyPages(store, { subject })) for (const { traceId } of keys) byTrace.set(traceId, hold);
    }
    return new Holds(all, byTrace, byFeature);
  }

  /** The hold that keeps this trace; undefined when it may go. */
  of(trace: Pick<TraceKey, "traceId" | "feature">): Hold | undefined {
    return this.#byTrace.get(trace.traceId) ?? (trace.feature === null ? undefined : this.#byFeature.get(trace.feature));
  }

  /** Ids of all that is held, in pages, with what holds each. A trace may come more than once. */
  async *traces(store: Store): AsyncGenerator<readonly (readonly [traceId: string, hold: Hold])[]> {
    const named = [...this.#byTrace];
    for (let at = 0; at < named.length; at += PAGE) yield named.slice(at, at + PAGE);
    for (const [feature, hold] of this.#byFeature) for await (const keys of keyPages(store, { feature })) yield keys.map(({ traceId }) => [traceId, hold] as const);
  }
}

/** Traces a filter lets through, oldest first, in pages. */
export async function* keyPages(store: Store, filter: Omit<TraceFilter, "limit" | "after">): AsyncGenerator<readonly TraceKey[]> {
  for (let after: string | undefined; ; ) {
    const keys = await store.oldest({ ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) });
    if (keys.length > 0) yield keys;
    if (keys.length < PAGE) return;
    after = keys.at(-1)?.key;
  }
}
