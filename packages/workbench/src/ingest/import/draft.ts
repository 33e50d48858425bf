/**
 * One record of an import on its way to entries: redacted, not yet numbered. Its ids are derived from what it says, so that importing it again, from the same
 * file or another, adds nothing.
 */
import { createHash } from "node:crypto";
import { WhysaidError, type Entry, type SpanId, type TextRef, type TraceId, type WriterId } from "@whysaid/recorder/format";
import type { TextTable } from "@whysaid/recorder/journal";
import type { SegmentBatch } from "../../store/store.ts";

export interface DraftIds {
  readonly trace: TraceId;
  /** The n-th span that brought no id of its own. */
  span(n: number): SpanId;
  /** For a record that tells no time. */
  readonly nowMs: number;
}
export interface Draft {
  /** The id the record brought; null when it has none of ours. */
  readonly trace: TraceId | null;
  /** Called twice with equal results but for the ids: once to derive them, once with them. */
  entries(ids: DraftIds, texts: TextTable): readonly Entry[];
}

const NO_TRACE = "0".repeat(31) + "1" as TraceId;
const NO_SPAN = "0".repeat(15) + "1" as SpanId;

/** The draft's entries as a batch of a writer of their own, whose name is the hash of their redacted content. */
export function batchOf(draft: Draft, nowMs: number): { readonly trace: TraceId; readonly batch: SegmentBatch } {
  const first = new DraftTexts();
  const entries = draft.entries({ trace: draft.trace ?? NO_TRACE, span: () => NO_SPAN, nowMs: 0 }, first);
  const hash = createHash("sha256").update(JSON.stringify([entries, first.texts])).digest("hex");
  const trace = draft.trace ?? (hash.slice(0, 32) as TraceId);
  const texts = new DraftTexts();
  const span = (n: number): SpanId => createHash("sha256").update(`${hash} ${n}`).digest("hex").slice(0, 16) as SpanId;
  const numbered = draft.entries({ trace, span, nowMs }, texts).map((entry, sequence) => ({ sequence, entry }));
  const textOf = (ref: TextRef): string => {
    const text = texts.texts[ref];
    if (text === undefined) throw new WhysaidError("TEXT_LOST", "an imported entry names a text it did not bring", { fix: "Report this with the import's format." });
    return text;
  };
  return { trace, batch: { cursor: null, writer: hash.slice(32, 48) as WriterId, entries: numbered, textOf, quarantined: [] } };
}

/** The texts of entries that come from no journal. */
export class DraftTexts implements TextTable {
  readonly texts: string[] = [];
  readonly #refs = new Map<string, TextRef>();
  ref(text: string): TextRef {
    const known = this.#refs.get(text);
    if (known !== undefined) return known;
    this.#refs.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}
