/**
 * Recorded text on its way to a person's eye, on a terminal or in a file: what an app, a model or a document said must not move the cursor, recolour the
 * screen, reorder the line or hide in it.
 *
 * Shown as escapes: control bytes C0 and C1 (so every ANSI sequence), DEL, bidirectional controls, invisible and tag characters, line separators, halves of
 * surrogate pairs. Line feeds stay; tabs become two blanks. The joiners of emoji and of scripts that need them stay.
 */
// eslint-disable-next-line no-control-regex
export const UNSAFE: RegExp = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const short: Readonly<Record<string, string>> = { "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\0": "\\0", "\u001b": "\\e" };

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return short[character] ?? (code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`);
}

/** Text of several lines. `\r\n` counts as one line feed. */
export const safe = (text: string): string => text.replaceAll("\r\n", "\n").replaceAll("\t", "  ").replace(UNSAFE, shown);

/** The same on one line: runs of white space become one blank. */
export const safeLine = (text: string): string => safe(text).replaceAll(/\s+/gu, " ").trim();
