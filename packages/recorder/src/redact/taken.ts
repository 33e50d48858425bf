/** A stretch of raw text that will not be written, and why: what structure, declared values and detectors hand to the pseudonyms. */

/** In order of worth: where two claim the same characters, the earlier wins. */
export const layers = ["structure", "declared", "own", "detected"] as const;
export type Layer = (typeof layers)[number];

export interface Taken {
  /** UTF-16 offsets into the raw text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly layer: Layer;
  readonly rule: string;
  readonly score: number;
  /** What the raw text between the offsets stands for, where it is escaped; the raw text itself when absent. */
  readonly value?: string;
  /** Canonical components, where they are known better than the text says: a declared person's whole name for a bare first name. */
  readonly parts?: readonly string[];
  /** Whose this is (`Person.identity`), for the vault. */
  readonly identity?: string;
  /** Replaced by a marker, not by a pseudonym: policy drops it. */
  readonly dropped?: "policy" | "media";
  /** Of media: its type. */
  readonly mediaType?: string;
  /** Set when the raw text is a JSON number: the quotes its pseudonym needs, escaped as deep as the JSON stands. */
  readonly quote?: string;
}
