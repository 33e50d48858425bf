/**
 * What a person could see of an answer: the text that stands on a screen once an app has rendered it. Markdown and JSON are gone, characters that look
 * alike are one. Indexed when a trace is stored, compared with the query when one is searched.
 */
import { distinctWords, wordsIn } from "./words.ts";

/** More of one trace is not searched. */
const MAX_SHOWN_UNITS = 2 ** 19;
/** Of one JSON document this many values are text enough. */
const MAX_JSON_VALUES = 20_000;

/**
 * @param texts  the trace's answers in order, then parsed results and what the app said it showed; redacted
 * @returns      their visible text, one after the other; what adds no new word to those before is left out
 */
export function shownText(texts: readonly string[]): string {
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return plainText(only.slice(0, MAX_SHOWN_UNITS));
  const shown: string[] = [];
  const known = new Set<string>();
  let units = 0;
  for (const text of texts) {
    const plain = plainText(text.slice(0, MAX_SHOWN_UNITS - units));
    const words = wordsIn(plain);
    if (plain === "" || (shown.length > 0 && words.every(({ word }) => known.has(word)))) continue;
    for (const { word } of words) known.add(word);
    shown.push(plain);
    units += plain.length;
    if (units >= MAX_SHOWN_UNITS) break;
  }
  return shown.join("\n");
}

const MAX_WORDS = 20_000;
/** The words a trace's answer is found by. */
export function shownWords(texts: readonly string[]): Set<string> {
  const words = new Set<string>();
  let units = 0;
  for (const text of texts) {
    if (units >= MAX_SHOWN_UNITS || words.size >= MAX_WORDS) break;
    const plain = plainText(text.slice(0, MAX_SHOWN_UNITS - units));
    for (const word of distinctWords(plain, MAX_WORDS)) words.add(word);
    units += plain.length;
  }
  return words;
}

/** Markdown, JSON or plain text → what it looks like, in one spelling of quotes, dashes and spaces. Never throws. */
export function plainText(text: string): string {
  return folded(jsonValues(text) ?? withoutMarkdown(text));
}

/** Letters and digits as they are read: compatibility forms, quotes, dashes and spaces in one spelling. Case stays. */
export function folded(text: string): string {
  if (/^[\n\x20-\x7e]*$/.test(text)) return text.replace(/[ \n]*\n[ \n]*/g, "\n").replace(/ {2,}/g, " ").trim();
  return text
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/[\u2018\u2019\u201a\u201b\u2032\u02bc`´]/g, "'")
    .replace(/[\u201c-\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[^\S\n]+/g, " ")
    .replace(/[ \n]*\n[ \n]*/g, "\n")
    .trim();
}

/** The values of a JSON document, a line each; undefined for anything else. */
function jsonValues(text: string): string | undefined {
  const body = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
  const first = /^\s*(\S)/.exec(body)?.[1];
  if (first !== "{" && first !== "[" && first !== '"') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const values: string[] = [];
  // A stack of our own: a document may nest deeper than calls may.
  const open: unknown[] = [value];
  while (open.length > 0 && values.length < MAX_JSON_VALUES) {
    const next = open.pop();
    if (typeof next === "string") values.push(withoutMarkdown(next));
    else if (typeof next === "number" || typeof next === "boolean") values.push(String(next));
    else if (typeof next === "object" && next !== null) open.push(...Object.values(next).toReversed());
  }
  return values.join("\n");
}

const MARKED = /[*_`#>|<&[\]\\~+-]/;
function withoutMarkdown(text: string): string {
  if (!MARKED.test(text)) return text;
  return text
    .replace(/^[ \t]*(?:```|~~~)[^\n]*$/gm, "")
    .replace(/^[ \t]*(?:>[ \t]?)+/gm, "")
    .replace(/^[ \t]{0,12}#{1,6}[ \t]+/gm, "")
    .replace(/^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?/gm, "")
    .replace(/^[-|: \t]{3,}$/gm, (line) => (line.includes("-") ? "" : line))
    .replace(/!?\[([^[\]\n]{0,500})\]\([^()\n]{0,2000}\)/g, "$1")
    .replace(/<\/?(?:a|b|br|code|div|em|h[1-6]|hr|i|li|ol|p|pre|s|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)(?: [^<>\n]{0,500})?\/?>/gi, (tag) => (/^<\/?(?:b|code|em|i|s|span|strong|u|a)\b/i.test(tag) && !/^<br/i.test(tag) ? "" : "\n"))
    .replace(/(\*{1,3}|~~)(?=\S)([^*~\n]{1,2000}?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}_])(_{1,3})(?=\S)([^_\n]{1,2000}?)(?<=\S)\1(?![\p{L}\p{N}_])/gu, "$2")
    .replace(/`{1,2}([^`\n]{1,2000})`{1,2}/g, "$1")
    .replace(/(?<=\s|^)\||\|(?=\s|$)/gm, " ")
    .replace(/&(?:amp|lt|gt|quot|nbsp|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\\([\\`*_{}[\]()#+.!|>~-])/g, "$1");
}
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " ", "&#39;": "'" };
