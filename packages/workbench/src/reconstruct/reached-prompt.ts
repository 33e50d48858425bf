/**
 * Did a retrieved passage reach the prompt? It did when its text stands there as it is, with other white space, or, because an app may
 * cut or reformat it, when at least 80 % of its four-word sequences do.
 */
import type { InputSnapshot, Part } from "@whysaid/recorder/format";

const SEQUENCE_WORDS = 4;
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

/**
 * A 32-bit number for every word, in order (FNV-1a over lower-cased units). Letters and digits make words; an ideograph is one by itself;
 * `\\n` and its like, as JSON writes them, part words as the white space they stand for.
 */
function wordsOf(text: string): Int32Array {
  const words = new Int32Array(text.length);
  let length = 0;
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)) hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ unit, 0x01000193);
    else if (unit >= 0x41 && unit <= 0x5a) hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ (unit | 0x20), 0x01000193);
    else if (unit > 0x7f && unit < 0x2e80 && unit !== 0xa0 && (unit < 0x2000 || unit > 0x206f)) hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ unit, 0x01000193);
    else {
      if (hash !== 0) words[length++] = hash;
      hash = 0;
      if (unit >= 0x2e80) words[length++] = unit;
      else if (unit === 0x5c && /[nrt]/.test(text.charAt(at + 1))) at += 1;
    }
  }
  if (hash !== 0) words[length++] = hash;
  return words.subarray(0, length);
}

/** A number for every run of `size` words. */
function sequencesOf(words: Int32Array, size: number): Int32Array {
  const found = new Int32Array(Math.max(0, words.length - size + 1));
  for (let start = 0; start < found.length; start += 1) {
    let hash = 0;
    for (let at = start; at < start + size; at += 1) hash = (Math.imul(hash, 31) + (words[at] as number)) | 0;
    found[start] = hash;
  }
  return found;
}

/** For each passage whether it stands in the prompt. One pass over the prompt for all that do not stand there word for word. */
export function reachedPrompt(input: InputSnapshot, passages: readonly string[]): readonly boolean[] {
  const prompt = promptText(input);
  const verdicts = passages.map((passage) => passage.trim() !== "" && prompt.includes(passage.trim()));
  if (!verdicts.includes(false)) return verdicts;
  const promptWords = wordsOf(prompt);
  const open = passages.flatMap((passage, index) => {
    if (verdicts[index] === true) return [];
    const words = wordsOf(passage);
    const size = Math.max(1, Math.min(SEQUENCE_WORDS, words.length));
    return [{ index, size, sequences: sequencesOf(words, size) }];
  });
  for (const size of new Set(open.map((one) => one.size))) {
    const own = open.filter((one) => one.size === size);
    const found = common(sequencesOf(promptWords, size), own.map((one) => one.sequences));
    for (const { index, sequences } of own) {
      const reached = sequences.reduce((count, sequence) => count + (found.has(sequence) ? 1 : 0), 0);
      verdicts[index] = reached > 0 && reached >= sequences.length * ENOUGH;
    }
  }
  return verdicts;
}

/** Which of the wanted numbers the prompt has. A bitmap keeps the many that are not wanted away from the set. */
function common(prompt: Int32Array, wanted: readonly Int32Array[]): ReadonlySet<number> {
  const bitmap = new Uint8Array(1 << 16);
  const all = new Set<number>();
  for (const sequences of wanted) {
    for (const sequence of sequences) {
      bitmap[sequence & 0xffff] = 1;
      all.add(sequence);
    }
  }
  const found = new Set<number>();
  for (let at = 0; at < prompt.length; at += 1) {
    const sequence = prompt[at] as number;
    if (bitmap[sequence & 0xffff] === 1 && all.has(sequence)) found.add(sequence);
  }
  return found;
}
