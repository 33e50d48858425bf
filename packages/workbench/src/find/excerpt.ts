/** The part of a document that shows why it was found. */
import type { Compared } from "./compare.ts";

export interface Excerpt {
  readonly text: string;
  /** What matches, as offsets into `text`. */
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}

const UNITS = 240;
const BEFORE = 40;

/** @param around  a word to show, where the match is longer than an excerpt */
export function excerptOf({ candidate, words, alignment }: Compared, around: ReadonlySet<string> = new Set()): Excerpt {
  const { document } = candidate;
  const { pairs } = alignment;
  const first = words[pairs[0]?.document ?? 0]?.start ?? 0;
  const last = words[pairs.at(-1)?.document ?? 0]?.end ?? 0;
  const wanted = last - first <= UNITS - BEFORE ? undefined : words.find(({ word, start }) => around.has(word) && start >= first && start <= last);
  const from = wordStart(document, Math.max(0, wanted === undefined ? first - BEFORE : wanted.start - UNITS / 2));
  const to = wordEnd(document, Math.min(document.length, from + UNITS));
  const lead = from > 0 ? "…" : "";
  const text = `${lead}${document.slice(from, to).replace(/\s/g, " ")}${to < document.length ? "…" : ""}`;
  const marks = pairs
    .map(({ document: at }) => words[at])
    .filter((word) => word !== undefined && word.start >= from && word.end <= to)
    .map((word) => ({ start: (word?.start ?? 0) - from + lead.length, end: (word?.end ?? 0) - from + lead.length }));
  return { text, marks };
}

/** Not in the middle of a word, and never in the middle of a pseudonym. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const open = text.lastIndexOf("⟦", at);
  if (open >= 0 && text.indexOf("⟧", open) >= at && at - open < 400) return open;
  const space = text.slice(at, at + 30).search(/\s/);
  return space < 0 ? at : at + space + 1;
}
function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const open = text.lastIndexOf("⟦", at);
  const close = open < 0 ? -1 : text.indexOf("⟧", open);
  if (close >= at && close - open < 400) return close + 1;
  const space = text.slice(Math.max(0, at - 30), at).search(/\s\S*$/);
  return space < 0 ? at : Math.max(0, at - 30) + space;
}
