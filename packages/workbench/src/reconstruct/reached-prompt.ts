/**
 * Did a retrieved passage reach the prompt? It did when its text stands there as it is, with other white space, or, because an app may
 * cut or reformat it, when at least 80 % of its four-word sequences do.
 */
import type { InputSnapshot, Part } from "@whysaid/recorder/format";

const SHINGLE_WORDS = 4;
const ENOUGH = 0.8;

function partText(part: Part): string {
  switch (part.type) {
    case "text":
    case "reasoning":
    case "refusal":
      return part.text;
    case "tool-call":
      return part.arguments;
    case "tool-result":
      return part.result;
    case "other":
      return part.json;
    case "media":
      return "";
    default:
      return part satisfies never;
  }
}

/** Everything the model was given to read, one text a line. */
export function promptText(input: InputSnapshot): string {
  const texts = input.system === null ? [] : [input.system];
  for (const message of input.messages) for (const part of message.parts) texts.push(partText(part));
  return texts.length === 0 ? (input.requestBody ?? "") : texts.join("\n");
}

/** White space as one blank; also where it is escaped, since a passage is often handed over inside JSON. */
const folded = (text: string): string => text.replaceAll(/(?:\s|\\[nrt])+/gu, " ").replaceAll('\\"', '"').trim();

const isWordUnit = (unit: number): boolean => unit > 0x7f || (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);

/** A 32-bit number for every word, in order (FNV-1a over lower-cased units). */
function words(text: string): number[] {
  const found: number[] = [];
  let hash = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const unit = at < text.length ? text.charCodeAt(at) : 0x20;
    if (isWordUnit(unit)) hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ (unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit), 0x01000193);
    else if (hash !== 0) {
      found.push(hash);
      hash = 0;
    }
  }
  return found;
}

function shingles(text: string): number[] {
  const all = words(text);
  const found: number[] = [];
  for (let at = 0; at + SHINGLE_WORDS <= all.length; at += 1) {
    let hash = 0;
    for (let word = 0; word < SHINGLE_WORDS; word += 1) hash = Math.imul(hash, 31) + (all[at + word] as number);
    found.push(hash | 0);
  }
  return found;
}

/** Asks many passages of one prompt; what it needs of the prompt is made when first needed. */
export class Prompt {
  readonly #text: string;
  #folded: string | undefined;
  #shingles: ReadonlySet<number> | undefined;

  constructor(input: InputSnapshot) {
    this.#text = promptText(input);
  }

  holds(passage: string): boolean {
    const trimmed = passage.trim();
    if (trimmed === "") return false;
    if (this.#text.includes(trimmed)) return true;
    const wanted = folded(trimmed);
    this.#folded ??= folded(this.#text);
    if (this.#folded.includes(wanted)) return true;
    const sequences = shingles(wanted);
    if (sequences.length === 0) return false;
    this.#shingles ??= new Set(shingles(this.#folded));
    let seen = 0;
    for (const sequence of sequences) if (this.#shingles.has(sequence)) seen += 1;
    return seen >= sequences.length * ENOUGH;
  }
}
