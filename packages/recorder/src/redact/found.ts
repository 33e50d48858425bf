/**
 * Names found in the texts of one trace (or of all that declare the same people): "Patient: María López" in the prompt makes "López" in a tool result or in the answer a name too, and the same one.
 */
import { pseudonymsIn } from "../format/pseudonym.ts";
import type { RedactedText } from "../format/redacted.ts";
import { compile, type Knowledge } from "./declared/knowledge.ts";
import { findDeclared, type MatchOptions } from "./declared/match.ts";
import { within } from "./overlap.ts";
import type { Taken } from "./taken.ts";

/** More names than this are a list, not people an answer is about. */
const MAX_NAMES = 200;
const MAX_REMEMBERED_UNITS = 2_097_152;
/** Finds below it are too unsure to spread. */
const MIN_SCORE = 0.6;

export class FoundNames {
  readonly #names = new Set<string>();
  #knowledge: Knowledge | undefined;
  readonly #texts = new Map<string, RedactedText>();
  #units = 0;

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  add(names: readonly string[]): void {
    for (const name of names) {
      if (this.#names.size >= MAX_NAMES || this.#names.has(name)) continue;
      this.#names.add(name);
      this.#knowledge = undefined;
    }
  }

  /** Texts keep the form they got first, although more names are known later. */
  known(redacted: string): RedactedText | undefined {
    return this.#texts.get(redacted);
  }
  remember(redacted: string, text: RedactedText): void {
    this.#units += redacted.length;
    if (this.#units > MAX_REMEMBERED_UNITS) {
      this.#texts.clear();
      this.#units = redacted.length;
    }
    this.#texts.set(redacted, text);
  }

  /** Where a redacted text still shows one of the names. */
  find(redacted: string, options: MatchOptions): Taken[] {
    // A lone word must look like a name: what was found is less sure than what was declared.
    this.#knowledge ??= compile([{ persons: [...this.#names].map((name) => ({ name })) }], { isCommon: () => true });
    const found = findDeclared(redacted, this.#knowledge, options);
    if (found.length === 0) return found;
    const isOurs = within([...pseudonymsIn(redacted)]);
    return found.filter((one) => !isOurs(one.start, one.end)).map((one) => {
      const { identity: _, ...rest } = one;
      return { ...rest, layer: "detected", rule: one.rule.replace("declared.", "found.") };
    });
  }
}

/** The names among what was taken of a text that are sure enough to look for elsewhere: two words or more, none of them a mere initial. */
export function namesToSpread(taken: readonly Taken[], raw: string): readonly string[] | undefined {
  let names: string[] | undefined;
  for (const one of taken) {
    if (one.type !== "PERSON" || one.layer === "declared" || one.score < MIN_SCORE || one.dropped !== undefined) continue;
    const name = one.value ?? raw.slice(one.start, one.end);
    if (name.length >= 7 && name.length <= 80 && /\p{L}{3,}[^\p{L}]+\p{L}{3,}/u.test(name)) (names ??= []).push(name);
  }
  return names;
}
