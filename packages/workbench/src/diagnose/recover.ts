/**
 * The JSON somebody meant: found in fences or in the middle of prose, repaired where it is malformed. Read by `parser-bug` and `invalid-json`.
 *
 * Strict JSON is taken as it is; only what no strict reading fits is handed to `jsonrepair`, what it can't place is read by `lenient.ts`, and what is no JSON at all is refused.
 */
import { jsonrepair } from "jsonrepair";
import { readLeniently } from "./lenient.ts";

export type Recovery =
  /** `strict`: some part of the text is valid JSON as it stands. */
  | { readonly outcome: "strict"; readonly value: unknown; readonly start: number; readonly end: number; readonly wrapped: boolean }
  | { readonly outcome: "repaired"; readonly value: unknown; readonly start: number; readonly end: number; readonly cut: boolean }
  | { readonly outcome: "none" };

const isStructure = (value: unknown): boolean => typeof value === "object" && value !== null;
const parse = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/** @param text  a completion, as it came */
export function recoverJson(text: string): Recovery {
  const trimmed = text.trim();
  const start = text.indexOf(trimmed);
  if (trimmed === "") return { outcome: "none" };
  const whole = parse(trimmed);
  if (whole) return { outcome: "strict", value: whole.value, start, end: start + trimmed.length, wrapped: false };

  // a fence inside a record is a value of it
  const fences = /^[[{]/.test(trimmed) ? [] : fenced(text);
  const [fence] = fences;
  if (fence) {
    const inner = parse(fence.text);
    if (inner) return { outcome: "strict", value: inner.value, start: fence.start, end: fence.start + fence.text.length, wrapped: true };
  }
  // Text that is JSON from end to end, however broken, is repaired as it stands; JSON in prose is looked for first.
  const standsAlone = /^[[{("'`“‘/\\\d+.-]/.test(trimmed) || !/[[{]/.test(trimmed);
  const embedded = largestStructure(text);
  if (!fence && embedded && isFollowedByProse(trimmed, embedded.start - start, embedded.text)) return { outcome: "strict", value: embedded.value, start: embedded.start, end: embedded.start + embedded.text.length, wrapped: true };
  if (!fence && standsAlone) {
    const repaired = repair(trimmed);
    if (repaired !== null) return { outcome: "repaired", value: repaired.value, start, end: start + trimmed.length, cut: isCut(trimmed) };
  }
  const candidate = fence ?? bracketed(text) ?? { text: trimmed, start };
  if (embedded && apart(text, embedded)) {
    // A valid structure that is nearly all of what looks like JSON is what was meant; a small one inside broken JSON is a part of it.
    if (embedded.text.length >= 0.7 * candidate.text.length) return { outcome: "strict", value: embedded.value, start: embedded.start, end: embedded.start + embedded.text.length, wrapped: true };
  }
  const repaired = fence || !standsAlone || embedded === null ? repair(candidate.text) : null;
  if (repaired !== null && (fence || !/^\w+ ?[[{]?$/.test(trimmed))) return { outcome: "repaired", value: repaired.value, start: candidate.start, end: candidate.start + candidate.text.length, cut: isCut(candidate.text) };
  if (embedded && apart(text, embedded)) return { outcome: "strict", value: embedded.value, start: embedded.start, end: embedded.start + embedded.text.length, wrapped: true };
  return { outcome: "none" };
}

/** Every record of a text that is valid JSON as it stands, in order, at most 40: an answer may hold a draft and what it corrects it to. */
export function recordsIn(text: string): { readonly value: unknown; readonly start: number; readonly end: number }[] {
  const found: { value: unknown; start: number; end: number }[] = [];
  for (let from = 0, tries = 0; tries < 40; tries += 1) {
    const offset = text.slice(from).search(/[[{]/);
    if (offset < 0) break;
    const start = from + offset;
    const end = matching(text, start);
    const inner = end < 0 ? null : parse(text.slice(start, end + 1));
    if (inner && isStructure(inner.value)) found.push({ value: inner.value, start, end: end + 1 });
    from = inner && end >= 0 ? end + 1 : start + 1;
  }
  return found;
}

/** A structure with blanks or a mark around it stands in prose; one with letters glued to it is part of something broken. */
const apart = (text: string, found: { readonly start: number; readonly text: string }): boolean => {
  const before = text.charAt(found.start - 1);
  const after = text.charAt(found.start + found.text.length);
  return !/[\p{L}\p{N}{}[\]"',:]/u.test(before) && !/[\p{L}\p{N}{}[\]"':]/u.test(after);
};

/** The text begins with the structure, and what comes after it is words: "{…}\n\nLet me know if …". */
const isFollowedByProse = (trimmed: string, at: number, structure: string): boolean => at === 0 && /^\s+\p{L}[^[\]{}"]*$/u.test(trimmed.slice(structure.length));

/** The insides of code fences that hold a structure; a fence that never closes goes to the end. */
function fenced(text: string): { readonly text: string; readonly start: number }[] {
  const found: { text: string; start: number }[] = [];
  for (const match of text.matchAll(/```[\w-]*[ \t]*\r?\n?([\s\S]*?)(?:```|$)/g)) {
    const inner = (match[1] ?? "").trim();
    if (/^[[{("]/.test(inner)) found.push({ text: inner, start: match.index + match[0].indexOf(inner) });
  }
  return found;
}
/** From the first bracket to the last: where JSON stands in prose. */
function bracketed(text: string): { readonly text: string; readonly start: number } | null {
  const start = text.search(/[[{]/);
  if (start < 0) return null;
  const close = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  const inner = close > start ? text.slice(start, close + 1) : text.slice(start);
  const open = balance(inner);
  // closed too early by a bracket inside a string or prose: what follows the last bracket may belong to it
  return { text: open > 0 ? text.slice(start).trim() : inner, start };
}
const balance = (text: string): number => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at += 1;
    else if (unit === 0x22) inString = !inString;
    else if (!inString && (unit === 0x7b || unit === 0x5b)) depth += 1;
    else if (!inString && (unit === 0x7d || unit === 0x5d)) depth -= 1;
  }
  return depth;
};
/** Ends before its brackets close. */
export const isCut = (text: string): boolean => balance(text) > 0;

/** The longest balanced run that parses strictly, tried at each of the first 40 outermost brackets. */
function largestStructure(text: string): { readonly text: string; readonly start: number; readonly value: unknown } | null {
  let best: { text: string; start: number; value: unknown } | null = null;
  let from = 0;
  for (let tries = 0; tries < 40; tries += 1) {
    const offset = text.slice(from).search(/[[{]/);
    if (offset < 0) break;
    const start = from + offset;
    const end = matching(text, start);
    const inner = end < 0 ? null : parse(text.slice(start, end + 1));
    if (inner && isStructure(inner.value)) {
      if (best === null || end + 1 - start > best.text.length) best = { text: text.slice(start, end + 1), start, value: inner.value };
      from = end + 1;
    } else from = start + 1;
  }
  return best;
}
function matching(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b || unit === 0x5b) depth += 1;
    else if (unit === 0x7d || unit === 0x5d) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
function repair(text: string): { readonly value: unknown } | null {
  const cutLiteral = /^(?:t(?:r(?:u)?)?|f(?:a(?:l(?:s)?)?)?|n(?:u(?:l)?)?)$/.exec(text.trim())?.[0];
  if (cutLiteral) return { value: cutLiteral.startsWith("t") ? true : cutLiteral.startsWith("f") ? false : null };
  if (/^\s*[^\p{L}\p{N}[{.-]\s*$/u.test(text)) return null;
  let repaired: { readonly value: unknown } | null = null;
  try {
    repaired = parse(jsonrepair(readable(text)));
  } catch {
    // read below
  }
  return repaired !== null && isPlausible(repaired.value, text) ? repaired : (readLeniently(text.trim()) ?? repaired);
}
/** `jsonrepair` makes a list of what it can't place: a record whose tail became loose items, a colon that became a string, a key that took its colon along. */
function isPlausible(value: unknown, text: string): boolean {
  const opening = text.trim().charAt(0);
  if (opening === "(" && typeof value === "string") return false;
  if (opening === "{" && Array.isArray(value) && value.some((item) => !isStructure(item))) return false;
  const torn = (part: unknown, depth: number): boolean => {
    if (depth > 200) return false;
    if (Array.isArray(part)) return part.some((item) => item === ":" || torn(item, depth + 1));
    return isStructure(part) && Object.entries(part as Record<string, unknown>).some(([name, inner]) => /:\s{0,40}$|^"/.test(name) || torn(inner, depth + 1));
  };
  return !torn(value, 0);
}
/** What other languages write, as JSON writes it: literals in any case, digits grouped by underscores, tuples; a key whose text was cut is dropped. */
function readable(text: string): string {
  const outside = text.replace(/"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\b(?:TRUE|FALSE|NULL|Null)\b(?=\s*[,}\]]|\s*$)|(?<![\w.])\d+(?:_\d+)+(?:\.\d+(?:_\d+)*)?(?=\s*[,}\]]|\s*$)/g, (found) => (/^["']/.test(found) ? found : /^\d/.test(found) ? found.replaceAll("_", "") : found.toLowerCase()));
  const tuple = /^\s*\(/.test(outside) && /\)\s*$/.test(outside) && outside.includes(",") && !/["']/.test(outside) ? outside.replaceAll("(", "[").replaceAll(")", "]") : outside;
  const valued = tuple.replace(/(?:,\s{0,40}|(?<=\{\s{0,40}))"(?:[^"\\\n]|\\.){0,200}"\s*:\s*$/, "");
  const keyed = valued.replace(/(?:,\s{0,40}|(?<=\{\s{0,40}))"[^":,{}[\]]*$/, (tail) => (isCut(valued.slice(0, valued.length - tail.length)) && lastOpen(valued.slice(0, valued.length - tail.length)) === "{" ? "" : tail));
  return closedAtEnd(keyed);
}
/** A text that ends inside a string of plain words gets the closing quote where it ends; half an escape is dropped. */
function closedAtEnd(text: string): string {
  let opened = -1;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at += 1;
    else if (unit === 0x22) opened = opened < 0 ? at : -1;
  }
  if (opened < 0 || text.length - opened > 100_000 || /[{}[\]:,+]/.test(text.slice(opened + 1)) || !/(?:^|[:[,])\s{0,40}$/.test(text.slice(Math.max(0, opened - 41), opened))) return text;
  return `${text.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, "")}"`;
}
/** The bracket that is open at the end of a text. */
function lastOpen(text: string): string {
  const open: string[] = [];
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === "\\") at += 1;
    else if (unit === '"') inString = !inString;
    else if (!inString && (unit === "{" || unit === "[")) open.push(unit);
    else if (!inString && (unit === "}" || unit === "]")) open.pop();
  }
  return open.at(-1) ?? "";
}
