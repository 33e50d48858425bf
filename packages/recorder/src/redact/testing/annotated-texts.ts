/** Invented texts with what must be taken of them and what must stay, written for this project (annotated-texts.txt). Read by a test and by `npm run bench redact own`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface AnnotatedText {
  readonly id: string;
  readonly text: string;
  /** UTF-16 offsets, `e` exclusive; `t` is the identifier's type. */
  readonly spans: readonly { readonly s: number; readonly e: number; readonly t: string; readonly v: string }[];
  /** Values that carry meaning and must stay readable. */
  readonly keep: readonly { readonly s: number; readonly e: number; readonly v: string }[];
}

const TYPES: Readonly<Record<string, string>> = { P: "PERSON", L: "LOCATION", D: "DATE", T: "PHONE", E: "EMAIL", I: "ID", S: "SSN", C: "CARD", B: "IBAN", A: "IP" };

/** Texts stand between lines of `---`; `«P|Ana»` is an identifier, `«=2.1 kg»` a value to keep, a line that begins with `# ` a heading. */
export function annotatedTexts(): readonly AnnotatedText[] {
  const texts: AnnotatedText[] = [];
  for (const [index, block] of readFileSync(join(import.meta.dirname, "annotated-texts.txt"), "utf8").split("\n---\n").entries()) {
    const marked = block.replace(/^# .*(?:\n|$)/gm, "").replace(/\n$/, "");
    if (marked.trim() !== "") texts.push(readMarks(`own-${index + 1}`, marked));
  }
  return texts;
}

function readMarks(id: string, marked: string): AnnotatedText {
  const spans: { s: number; e: number; t: string; v: string }[] = [];
  const keep: { s: number; e: number; v: string }[] = [];
  let text = "";
  let at = 0;
  for (const match of marked.matchAll(/«(?:([A-Z])\||=)([^»]*)»/g)) {
    const value = match[2] ?? "";
    text += marked.slice(at, match.index);
    const place = { s: text.length, e: text.length + value.length, v: value };
    if (match[1] === undefined) keep.push(place);
    else spans.push({ ...place, t: TYPES[match[1]] ?? "TEXT" });
    text += value;
    at = match.index + match[0].length;
  }
  return { id, text: text + marked.slice(at), spans, keep };
}
