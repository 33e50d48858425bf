/** Redacted texts by raw text, so that a conversation pays only for what is new. Raw texts are held in memory only, up to a bound, and never leave the process. */
import type { RedactedText } from "../format/redacted.ts";

/** A redacted text, with the names in it that the trace's other texts are searched for. */
export type Cached = RedactedText | { readonly text: RedactedText; readonly names: readonly string[] };
type Texts = Map<string, Cached>;

export class TextCache {
  readonly #maxBytes: number;
  #bytes = 0;
  /** By what scopes know, then by where the text stands. Scopes that are gone take their texts along. */
  #texts = new WeakMap<object, Map<string, Texts>>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(knowledge: unknown, context: string, raw: string): Cached | undefined {
    return this.#texts.get(knowledge as object)?.get(context)?.get(raw);
  }

  set(knowledge: unknown, context: string, raw: string, redacted: Cached): void {
    const bytes = 2 * (raw.length + (typeof redacted === "string" ? redacted : redacted.text).length) + 100;
    if (bytes > this.#maxBytes / 4) return;
    // Everything goes at once: a full cache is rare, and keeping an order would cost every hit.
    if (this.#bytes + bytes > this.#maxBytes) {
      this.#texts = new WeakMap();
      this.#bytes = 0;
    }
    let contexts = this.#texts.get(knowledge as object);
    if (contexts === undefined) this.#texts.set(knowledge as object, (contexts = new Map<string, Texts>()));
    let texts = contexts.get(context);
    if (texts === undefined) contexts.set(context, (texts = new Map<string, Cached>()));
    texts.set(raw, redacted);
    this.#bytes += bytes;
  }
}
