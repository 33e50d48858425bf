/** Traces rebuilt, each with its likely causes and where its values came from. Some causes show only against earlier traces of the same conversation or feature. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { Store } from "../store/store.ts";
import { diagnose } from "./diagnose.ts";

/** Enough to tell what is usual; each costs about a millisecond. */
const EARLIER = 8;
/** An export goes through traces by time, so that a trace's earlier ones were rebuilt just before it. */
const KEPT = 256;

export class Explainer {
  readonly #store: Store;
  readonly #rebuilt = new Map<string, Reconstruction>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** null when the store has no such trace. */
  async explain(traceId: string): Promise<Reconstruction | null> {
    const story = await this.rebuild(traceId);
    if (story === null) return null;
    return { ...story, ...diagnose(story, { previous: await this.#earlier(story) }) };
  }

  async rebuild(traceId: string): Promise<Reconstruction | null> {
    const known = this.#rebuilt.get(traceId);
    if (known !== undefined) return known;
    const trace = await this.#store.trace(traceId);
    if (trace === null) return null;
    const story = reconstruct(trace);
    this.#rebuilt.set(traceId, story);
    const [oldest] = this.#rebuilt.keys();
    if (this.#rebuilt.size > KEPT && oldest !== undefined) this.#rebuilt.delete(oldest);
    return story;
  }

  /** Oldest first. */
  async #earlier({ conversationId, feature, startedAtMs }: Reconstruction): Promise<readonly Reconstruction[]> {
    if (conversationId === null && feature === null) return [];
    const rows = await this.#store.list({ ...(conversationId === null ? { feature: feature ?? "" } : { conversation: conversationId }), untilMs: startedAtMs, limit: EARLIER });
    const stories = await Promise.all(rows.map(({ traceId }) => this.rebuild(traceId)));
    return stories.filter((story) => story !== null).toReversed();
  }
}
