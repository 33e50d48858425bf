/**
 * The texts of a trace while it is rebuilt: read once, and never a reason to stop. A text that is lost or damaged leaves a marker where it
 * stood and is counted, so that the rest of the story stands.
 */
import type { RecordedError, TextOf, TextRef } from "@whysaid/recorder/format";

/** Stands where a text was recorded but cannot be read any more. */
export const LOST_TEXT = "⟦LOST⟧";

export class Texts {
  readonly #textOf: TextOf;
  readonly #read = new Map<TextRef, string>();
  readonly #lost = new Map<TextRef, "lost" | "damaged">();

  constructor(textOf: TextOf) {
    this.#textOf = textOf;
  }

  readonly of = (ref: TextRef): string => {
    const known = this.#read.get(ref);
    if (known !== undefined) return known;
    let text = LOST_TEXT;
    try {
      text = this.#textOf(ref);
    } catch (error) {
      this.#lost.set(ref, (error as { code?: unknown } | null)?.code === "STORE_DAMAGED" ? "damaged" : "lost");
    }
    this.#read.set(ref, text);
    return text;
  };

  orNull(ref: TextRef | null | undefined): string | null {
    return ref === null || ref === undefined ? null : this.of(ref);
  }

  isLost(ref: TextRef | null | undefined): boolean {
    return ref !== null && ref !== undefined && this.#lost.has(ref);
  }

  /** How many distinct texts could not be read so far. */
  count(kind: "lost" | "damaged"): number {
    let count = 0;
    for (const one of this.#lost.values()) if (one === kind) count += 1;
    return count;
  }
}

export const plainError = (error: RecordedError | undefined): { readonly name: string; readonly message: string } | null =>
  error === undefined ? null : { name: String(error.name), message: String(error.message) };
