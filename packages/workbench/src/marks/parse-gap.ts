/** What a parser lost: fields the raw answer has and the result has not, or has otherwise. The page marks them on both sides. */
import { jsonIn, leavesOf } from "./json-lines.ts";

export interface ParseGap {
  /** Paths in the raw answer's JSON → why they are marked. */
  readonly inRaw: ReadonlyMap<string, string>;
  readonly inParsed: ReadonlyMap<string, string>;
  /** The raw answer's JSON; undefined when it holds none. */
  readonly raw: unknown;
}

/** @param input  text the parser was given  @param result  what it returned; null or undefined when it failed */
export function parseGap(input: string, result: unknown): ParseGap {
  const raw = jsonIn(input);
  const inRaw = new Map<string, string>();
  const inParsed = new Map<string, string>();
  if (raw === undefined || typeof result !== "object" || result === null) return { inRaw, inParsed, raw };
  const [said, kept] = [leavesOf(raw), leavesOf(result)];
  const keptTexts = new Set(kept.values());
  for (const [path, text] of said) {
    const there = kept.get(path);
    if (there === undefined) {
      if (!keptTexts.has(text)) inRaw.set(path, "not in the parsed result");
    } else if (!sameLeaf(there, text)) inRaw.set(path, "parsed otherwise");
  }
  const saidTexts = new Set(said.values());
  for (const [path, text] of kept) {
    const there = said.get(path);
    if (there === undefined ? !saidTexts.has(text) && text !== "null" && text !== "undefined" : !sameLeaf(there, text)) inParsed.set(path, there === undefined ? "not in the raw answer" : `raw says ${there.slice(0, 40)}`);
  }
  return { inRaw, inParsed, raw };
}
const sameLeaf = (a: string, b: string): boolean => a === b || a.trim() === b.trim() || (a.trim() !== "" && Number(a) === Number(b));
