/** Two texts word by word, for a terminal: what went is red and struck, what came is green; without colour `[-went-]` and `{+came+}`. Long equal stretches are cut short. */
import { diffArrays } from "diff/lib/diff/array.js";
import type { Output } from "./output.ts";
import { safe } from "./terminal-safe.ts";

const CONTEXT_CHARS = 80;
/** Beyond this many changed words two texts are not versions of each other, and comparing them on would take long. */
const MOST_CHANGES = 2000;

/** null when the texts differ too much to be compared word by word. */
export function textDiff(before: string, after: string, output: Output, isFull: boolean): string | null {
  const changes = diffArrays(words(before), words(after), { maxEditLength: MOST_CHANGES });
  if (changes === undefined) return null;
  const hasColor = output.paint("x", "red") !== "x";
  return changes
    .map(({ value, added, removed }, index) => {
      const text = safe(value.join(""));
      if (added) return hasColor ? byLine(text, (line) => output.paint(line, "green", "underline")) : `{+${text}+}`;
      if (removed) return hasColor ? byLine(text, (line) => output.paint(line, "red", "strikethrough")) : `[-${text}-]`;
      return isFull ? text : shortened(text, index === 0, index === changes.length - 1);
    })
    .join("");
}

/** A number with its separators is one word: `8.4 → 12.8`, not two changes around a point. */
const words = (text: string): string[] => text.match(/\d+(?:[.,:/-]\d+)*|[\p{L}\p{M}_]+|\s+|[^]/gu) ?? [];

const byLine = (text: string, paint: (line: string) => string): string => text.split("\n").map(paint).join("\n");

function shortened(text: string, isFirst: boolean, isLast: boolean): string {
  const head = isFirst ? "" : text.slice(0, CONTEXT_CHARS);
  const tail = isLast ? "" : text.slice(-CONTEXT_CHARS);
  return head.length + tail.length + 20 >= text.length ? text : `${head} … ${tail}`;
}
