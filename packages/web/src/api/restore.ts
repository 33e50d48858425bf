/**
 * The reconstruction again from what `/api/traces/:id/page` sent condensed. Texts and messages that repeat are one object here too, and a call's messages are put together when
 * first read, so a long agent's trace costs what its conversation costs.
 */
import type { CondensedStory, Message, Reconstruction } from "./shapes.ts";

/** Texts of which only the beginning is here, by their pointer. */
export interface CutTexts {
  /** The whole length in characters; undefined for a text that is whole. */
  readonly lengthAt: (at: string) => number | undefined;
}
export const nothingCut: CutTexts = { lengthAt: () => undefined };
export interface RestoredStory {
  readonly story: Reconstruction;
  readonly cut: CutTexts;
}
interface Restored {
  readonly generations: readonly { readonly signals: { readonly input: { readonly value?: SentInput }; chunks: unknown } }[];
}
interface SentInput {
  messages: readonly Message[];
  messageRuns?: readonly number[];
}

export function restore({ story, texts, messages: sent }: CondensedStory): RestoredStory {
  const lengths = new Map<string, number>();
  const restored = (value: unknown, at: string): unknown => {
    if (typeof value === "string") {
      if (!value.startsWith("§")) return value;
      const text = texts[Number(value.slice(1))];
      if (text === undefined) return "";
      if (typeof text === "string") return text;
      lengths.set(at, text[1]);
      return text[0];
    }
    if (Array.isArray(value)) return value.map((one, index) => restored(one, `${at}[${index}]`));
    if (typeof value === "object" && value !== null) {
      const copy: Record<string, unknown> = {};
      for (const [name, one] of Object.entries(value)) Object.defineProperty(copy, name, { value: restored(one, at === "" ? name : `${at}.${name}`), enumerable: true, configurable: true, writable: true });
      return copy;
    }
    return value;
  };
  const messages: Message[] = [];
  const messageOf = (number: number): Message => (messages[number] ??= restored(sent[number], `message ${number}`) as Message);
  const whole = restored(story, "") as Restored;
  const chunksAt = new Map<string, number>();
  const runsAt = whole.generations.map(({ signals }, place) => {
    const sameAs = (signals.chunks as { readonly sameAs?: number }).sameAs;
    if (sameAs !== undefined) {
      signals.chunks = whole.generations[sameAs]?.signals.chunks;
      chunksAt.set(String(place), sameAs);
    }
    const { value } = signals.input;
    const runs = value?.messageRuns ?? [];
    if (value === undefined) return runs;
    delete value.messageRuns;
    let read: readonly Message[] | null = null;
    Object.defineProperty(value, "messages", { get: () => (read ??= numbersOf(runs).map(messageOf)), enumerable: true, configurable: true });
    return runs;
  });
  const lengthAt = (at: string): number | undefined => {
    const [, repeats = "", chunk = ""] = /^generations\[(\d+)\](\.signals\.chunks\..*)$/s.exec(at) ?? [];
    const first = chunksAt.get(repeats);
    if (first !== undefined) return lengths.get(`generations[${first}]${chunk}`);
    const [, place, index, within] = /^generations\[(\d+)\]\.signals\.input\.value\.messages\[(\d+)\](.*)$/s.exec(at) ?? [];
    if (place === undefined) return lengths.get(at);
    const number = numbersOf(runsAt[Number(place)] ?? [])[Number(index)];
    if (number === undefined) return undefined;
    messageOf(number);
    return lengths.get(`message ${number}${within}`);
  };
  return { story: whole as unknown as Reconstruction, cut: { lengthAt } };
}

/** `[first, count, …]` spelled out. */
function numbersOf(runs: readonly number[]): readonly number[] {
  const numbers: number[] = [];
  for (let at = 0; at < runs.length; at += 2) for (let step = 0; step < (runs[at + 1] ?? 0); step += 1) numbers.push((runs[at] ?? 0) + step);
  return numbers;
}
