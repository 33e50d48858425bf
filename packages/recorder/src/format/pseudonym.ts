/**
 * How redacted text looks: `⟦PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3ac⟧` for a value that was taken, `⟦DROPPED:over-budget:10412⟧` for a text that was not kept, `⟦~⟧` for a `⟦` that stood in
 * the text itself. Written by the redactor, read by everything that joins, shows or reveals. Nothing else in redacted text starts with `⟦`, so a
 * text cannot bring its own pseudonyms along.
 */

/** `unicode` is `⟦…⟧`; `ascii` is `[[…]]`, for pipelines that mangle anything outside ASCII. Readers take both. */
export type PseudonymForm = "unicode" | "ascii";

export interface Pseudonym {
  /** `PERSON`, `ID`, `DATE`, … */
  readonly type: string;
  /** One keyed part per name component, given names before family names; other types have one. Equal parts are equal values. */
  readonly parts: readonly string[];
  /** Tells apart the spellings of one value; what revealing gives back. */
  readonly surface: string;
  /** The value was a bare JSON number: the quotes around the pseudonym are ours. */
  readonly isNumber: boolean;
}
export interface PlacedPseudonym extends Pseudonym {
  readonly start: number;
  readonly end: number;
  /** As it stands in the text, brackets included. */
  readonly text: string;
}

/** Characters of one part: Crockford's base32 in lower case, 12 × 5 = 60 bits. */
export const PART_LENGTH = 12;

const BODY = "([A-Z][A-Z0-9_]*):([0-9a-z]+(?:\\.[0-9a-z]+)*)~([0-9a-z]+)(#?)";
const either = (inside: string): string => `(?:⟦${inside}⟧|\\[\\[${inside}\\]\\])`;

/** Whether the text is one marker: what stands where redaction gave up on a text, or where policy drops one. */
export const isMarker = (text: string): boolean => (text.startsWith("⟦") || text.startsWith("[[")) && /^(?:⟦|\[\[)(?:DROPPED|MEDIA|ERASED):[^⟧\]]*(?:⟧|\]\])$/.test(text);

/** `⟦DROPPED:over-budget:10412⟧`: why, and how many UTF-16 units it was long. */
export const droppedMarker = (why: "redaction-failed" | "over-budget" | "too-large" | "policy", length: number, form: PseudonymForm = "unicode"): string =>
  bracketed(`DROPPED:${why}:${length}`, form);

/** `⟦MEDIA:image/png:34012:g7k3q9x2m4vt⟧`: type, base64 characters, keyed hash. */
export const mediaMarker = (type: string, length: number, hash: string, form: PseudonymForm = "unicode"): string => bracketed(`MEDIA:${type}:${length}:${hash}`, form);

/**
 * What is left of a pseudonym once its subject was erased: as long as the pseudonym was, so that offsets into texts and files stay right.
 *
 * @param pseudonym  with its brackets
 * @param filler     digits and small letters, repeated to the length
 */
export function erasedMarker(pseudonym: string, filler: string = "0"): string {
  const form: PseudonymForm = pseudonym.startsWith("[[") ? "ascii" : "unicode";
  const length = Math.max(0, pseudonym.length - (form === "ascii" ? 4 : 2) - ERASED.length);
  return bracketed(`${ERASED}${filler.repeat(length).slice(0, length)}`, form);
}
const ERASED = "ERASED:";

export const bracketed = (inside: string, form: PseudonymForm): string => (form === "ascii" ? `[[${inside}]]` : `⟦${inside}⟧`);

/** The pseudonyms of a redacted text, in order. */
export function* pseudonymsIn(text: string): Generator<PlacedPseudonym> {
  if (!text.includes("⟦") && !text.includes("[[")) return;
  for (const match of text.matchAll(new RegExp(either(BODY), "g"))) {
    const at = match[1] === undefined ? 5 : 1;
    yield {
      type: match[at] as string,
      parts: (match[at + 1] as string).split("."),
      surface: match[at + 2] as string,
      isNumber: match[at + 3] === "#",
      start: match.index,
      end: match.index + match[0].length,
      text: match[0],
    };
  }
}

/** What a vault files a surface under: type, parts and surface suffix, without brackets and number sign. */
export const pseudonymKey = (one: Pick<Pseudonym, "type" | "parts" | "surface">): string => `${one.type}:${one.parts.join(".")}~${one.surface}`;

// `⟦~⟧` is a literal `⟦`; `⟦~u⟧` and `⟦~U⟧` are its JSON escapes `\u27e6` and `\u27E6`, which would turn into one when the JSON around them is read; `⟦~u3⟧` is the same behind three backslashes (JSON inside
// JSON). `b` and `B` are escapes of `[`. Readers take both forms of pseudonym, so whatever a text brings of either is spelled out.
const ESCAPED = "(?<!\\\\)\\\\+u(?:27[eE]6|005[bB])";
const ASCII_MARK = "\\[\\[(?=[A-Z][A-Z0-9_]*:[0-9a-z]+(?:\\.[0-9a-z]+)*~[0-9a-z]+#?\\]\\]|(?:DROPPED|MEDIA|ERASED):|~)";
const FORGEABLE = new RegExp(`⟦|${ESCAPED}|${ASCII_MARK}`, "g");
const FORGEABLE_ASCII = new RegExp(`⟦|${ESCAPED}|\\[\\[(?=[A-Z~])`, "g");

/** Text that is kept, with whatever could be read as one of our brackets spelled out. */
export function escapeBrackets(kept: string, form: PseudonymForm): string {
  if (!kept.includes("⟦") && !kept.includes("[[") && !kept.includes("\\u")) return kept;
  return kept.replace(form === "ascii" ? FORGEABLE_ASCII : FORGEABLE, (found) => {
    if (found === "⟦") return "⟦~⟧";
    if (found === "[[") return "[[~]]";
    const all = found.indexOf("u");
    const slashes = Math.min(all, MAX_SLASHES);
    const letter = found.endsWith("e6") ? "u" : found.endsWith("E6") ? "U" : found.endsWith("b") ? "b" : "B";
    return "\\".repeat(all - slashes) + bracketed(`~${letter}${slashes === 1 ? "" : slashes}`, form);
  });
}
const MAX_SLASHES = 999_999;

/** What stood where `escapeBrackets` left a `⟦~…⟧`. */
function literalOf(ascii: boolean, letter: string, slashes: string): string {
  if (letter === "") return ascii ? "[[" : "⟦";
  const unit = letter === "u" ? "27e6" : letter === "U" ? "27E6" : `005${letter}`;
  return `${"\\".repeat(slashes === "" ? 1 : Number(slashes))}u${unit}`;
}

// A number's quotes are ours; where the JSON stands inside a JSON string they carry the backslashes of that level.
const LITERAL = "(?:⟦~(?:([uUbB])(\\d{0,6}))?⟧|\\[\\[~(?:([uUbB])(\\d{0,6}))?\\]\\])";
const REVEALABLE = new RegExp(`(?<!\\\\)(\\\\*")${either(BODY.replace("(#?)", "#"))}\\1|${either(BODY)}|${LITERAL}`, "g");

/**
 * Put the originals back. Pseudonyms `surfaceOf` does not know stay as they are.
 *
 * @param surfaceOf  the original for a `pseudonymKey`, or undefined
 */
export function revealWith(text: string, surfaceOf: (key: string) => string | undefined): string {
  if (!text.includes("⟦") && !text.includes("[[")) return text;
  return text.replace(REVEALABLE, (found: string, ...groups: (string | undefined)[]) => {
    if (found.startsWith("⟦~")) return literalOf(false, groups[15] ?? "", groups[16] ?? "");
    if (found.startsWith("[[~")) return literalOf(true, groups[17] ?? "", groups[18] ?? "");
    // Groups: 1 the number's quote, then type, parts, surface of its two forms; then type, parts, surface, sign of the two plain forms; then the literals.
    const quoted = groups[0] !== undefined;
    const first = quoted ? (groups[1] === undefined ? 4 : 1) : groups[7] === undefined ? 11 : 7;
    return surfaceOf(`${groups[first]}:${groups[first + 1]}~${groups[first + 2]}`) ?? found;
  });
}
