/**
 * A reconstruction small enough to send to a page: what repeats stands once, long texts are cut to their beginning, bodies off the wire are left out.
 * The page restores the same shape from it (`packages/web/src/api/restore.ts`) and asks `textAt` for what was cut.
 *
 * A 40-turn agent repeats its whole conversation with every call: spelled out that is quadratic, condensed it is the conversation once.
 */
import type { Message, Reconstruction } from "@whysaid/recorder/format";

/** A text as sent, or its first characters with its whole length in UTF-16 units. */
export type SentText = string | readonly [head: string, length: number];
export interface CondensedStory {
  /** The reconstruction with `§n` for the n-th text, `messageRuns` for a call's messages, `sameAs` for a signal equal to an earlier generation's. */
  readonly story: unknown;
  readonly texts: readonly SentText[];
  /** Every message that differs from the others, once. A call's are runs of them, `[first, count, first, count, …]`: one run while a conversation grows, two when its beginning is forgotten. */
  readonly messages: readonly unknown[];
}

/** Shorter texts cost less than a reference to them. */
const SHARED_FROM = 48;
/** Longer texts are sent as their beginning; about six screens of prose. */
const WHOLE_BELOW = 24_000;
const HEAD = 12_000;

export function condense(story: Reconstruction): CondensedStory {
  const texts: SentText[] = [];
  const placesOf = { cut: new Map<string, number>(), left: new Map<string, number>() };
  const reference = (text: string, most: number): string => {
    const placeOf = most === 0 ? placesOf.left : placesOf.cut;
    let place = placeOf.get(text);
    if (place === undefined) {
      place = texts.push(text.length > Math.max(most, 0) && (most === 0 || text.length > WHOLE_BELOW) ? [safeHead(text, most), text.length] : text) - 1;
      placeOf.set(text, place);
    }
    return `§${place}`;
  };
  const condensed = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      if (key === "raw" || key === "requestBody") return value === "" ? value : reference(value, 0);
      return value.length >= SHARED_FROM || value.startsWith("§") ? reference(value, HEAD) : value;
    }
    if (Array.isArray(value)) return value.map((one) => condensed(one, ""));
    if (typeof value === "object" && value !== null) {
      const copy: Record<string, unknown> = {};
      for (const [name, one] of Object.entries(value)) {
        // Own definition, so that a recorded "__proto__" stays a key.
        if (name === "__proto__") Object.defineProperty(copy, name, { value: condensed(one, name), enumerable: true, configurable: true, writable: true });
        else copy[name] = condensed(one, name);
      }
      return copy;
    }
    return value;
  };
  const messages: unknown[] = [];
  const messageAt = new Map<string, number>();
  const numberOf = (message: Message): number => {
    const key = JSON.stringify(message);
    let number = messageAt.get(key);
    if (number === undefined) {
      number = messages.push(condensed(message, "")) - 1;
      messageAt.set(key, number);
    }
    return number;
  };
  const chunksAt = new Map<string, number>();
  const generations = story.generations.map((generation, place) => {
    const { signals: all, ...own } = generation;
    const { input, chunks, ...signals } = all;
    let sameAs = place;
    if (chunks.state === "captured" && chunks.value.length > 0) {
      const key = JSON.stringify(chunks);
      sameAs = chunksAt.get(key) ?? place;
      chunksAt.set(key, sameAs);
    }
    return {
      ...(condensed(own, "") as object),
      signals: {
        input: input.state === "captured" ? { state: "captured", value: { ...(condensed({ ...input.value, messages: [] }, "") as object), messageRuns: runsOf(input.value.messages.map(numberOf)) } } : input,
        chunks: sameAs < place ? { sameAs } : condensed(chunks, ""),
        ...(condensed(signals, "") as object),
      },
    };
  });
  const { generations: _spelledOut, ...rest } = story;
  return { story: { ...(condensed(rest, "") as object), generations }, texts, messages };
}

/** Numbers as `[first, count, …]` of those that follow each other. */
function runsOf(numbers: readonly number[]): readonly number[] {
  const runs: number[] = [];
  for (const number of numbers) {
    const last = runs.length - 2;
    if (last >= 0 && number === (runs[last] as number) + (runs[last + 1] as number)) runs[last + 1] = (runs[last + 1] as number) + 1;
    else runs.push(number, 1);
  }
  return runs;
}

/** The first characters, none of them half a surrogate pair or half a pseudonym. */
function safeHead(text: string, most: number): string {
  if (most === 0) return "";
  const opened = text.lastIndexOf("⟦", most);
  const closed = text.indexOf("⟧", opened);
  const end = opened >= 0 && opened > most - 200 && closed >= most ? opened : most;
  return /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? text.slice(0, end - 1) : text.slice(0, end);
}

/**
 * The text at a pointer into the reconstruction, e.g. `generations[0].signals.completion.value.raw`; undefined when no text stands there.
 * Only own properties are followed.
 */
export function textAt(story: Reconstruction, at: string): string | undefined {
  let value: unknown = story;
  for (const [, key, index] of at.matchAll(/(?:^|\.)([^.[\]]+)|\[(\d+)\]/g)) {
    const name = key ?? index ?? "";
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === "string" ? value : undefined;
}
