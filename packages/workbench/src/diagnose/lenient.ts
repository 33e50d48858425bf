/**
 * The last reading of malformed JSON, where `jsonrepair` gives up or makes list items of what were keys: brackets closed by the wrong mark, quotes inside strings, keys that miss a quote, words between
 * the fields, values without quotes that hold commas or brackets. Read by `recover.ts`.
 *
 * One descent over the text; at each place what follows decides (a quote closes a string when a comma and another key, or the bracket that is open, come after it). Never throws; null where
 * the text is no structure, or says something else after it.
 */

interface Reader {
  readonly text: string;
  at: number;
  /** The closing marks of what is open, outermost first. */
  readonly open: string[];
}
const quotes = "\"'“”‘’`";
const closers: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };
/** Something that reads like a key: quoted or bare, then a colon. */
const key = /^\s*(?:"[^"\n]{0,80}"?|'[^'\n]{0,80}'?|[\p{L}_$][\p{L}\p{N}_$ -]{0,40})\s*:/u;
const DEPTH = 200;

/** @returns the value of a text that begins with a bracket, null where none can be told */
export function readLeniently(text: string): { readonly value: unknown } | null {
  const doubled = /^[{[]\s*""[^",:}\]]/.test(text) ? text.replace(/""|''/g, '"') : text;
  const reader: Reader = { text: doubled, at: 0, open: [] };
  skip(reader);
  if (closers[peek(reader)] === undefined || /\\u(?![0-9a-fA-F]{4})/.test(text)) return null;
  const value = structure(reader);
  if (value === undefined) return null;
  skip(reader);
  // closing marks nobody opened may follow; more text may not
  return /^[\s\]})]*$/.test(reader.text.slice(reader.at)) ? { value } : null;
}

const peek = (reader: Reader): string => reader.text.charAt(reader.at);
const rest = (reader: Reader, length = 120): string => reader.text.slice(reader.at, reader.at + length);
function skip(reader: Reader): void {
  const blank = /(?:\s|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|#[^\n]*|\.\.\.,?)*/y;
  blank.lastIndex = reader.at;
  reader.at += blank.exec(reader.text)?.[0].length ?? 0;
}

/** undefined: what stands here can't be told. */
function structure(reader: Reader): unknown {
  const opening = peek(reader);
  if (reader.open.length > DEPTH) return undefined;
  reader.at += 1;
  reader.open.push(closers[opening] ?? "");
  const value = opening === "{" ? fields(reader) : items(reader, opening === "(");
  reader.open.pop();
  return value;
}

function items(reader: Reader, tuple: boolean): unknown {
  const list: unknown[] = [];
  let commas = 0;
  const closing = tuple ? ")" : "]";
  for (;;) {
    skip(reader);
    const next = peek(reader);
    if (next === "") return list;
    if (next === closing) {
      reader.at += 1;
      // `[[1, 2], 3, 4], [5, 6]]`: the mark closes a row that lost its opening one
      const loose = list.length - 1 - list.findLastIndex((item) => Array.isArray(item));
      if (!tuple && loose > 1 && loose < list.length && /^\s*,\s*\[/.test(rest(reader))) {
        list.push(list.splice(-loose));
        continue;
      }
      return tuple && commas === 0 && list.length === 1 ? list[0] : list;
    }
    if (next === ",") {
      commas += 1;
      reader.at += 1;
    } else if ("}])".includes(next)) {
      // the wrong mark for this list where a field of the record around it follows; a stray one where nothing waits for it
      const after = reader.text.slice(reader.at + 1, reader.at + 121);
      const around = reader.open.at(-2);
      if (around === next && !(around === "}" && /^\s*,/.test(after) && key.test(after.replace(/^\s*,/, "")))) return list;
      reader.at += 1;
      if (around === next) return list;
    } else if (key.test(rest(reader)) && quotes.includes(next)) {
      // `["key": "value"]`: a record whose braces were left out
      reader.open.push("]");
      const record = fields(reader);
      reader.open.pop();
      list.push(record);
      if (peek(reader) === "]") reader.at += 1;
      return list;
    } else {
      const before = reader.at;
      const value = closers[next] !== undefined ? structure(reader) : quotes.includes(next) ? quoted(reader, "item") : bare(reader, ",]});");
      if (value === undefined || reader.at === before) return undefined;
      if (value !== "") list.push(value);
    }
  }
}

function fields(reader: Reader): unknown {
  const record: Record<string, unknown> = {};
  const words: unknown[] = [];
  let last: string | null = null;
  for (;;) {
    skip(reader);
    const next = peek(reader);
    const mine = reader.open.at(-1) ?? "}";
    if (next === "" || next === "}" || (next === "]" && (mine === "]" || reader.open.includes("]")))) {
      if (next === "}") {
        reader.at += 1;
        // the outermost record goes on after its closing mark
        if (last !== null && reader.open.length === 1 && /^\s*,\s*["']/.test(rest(reader)) && key.test(rest(reader).replace(/^\s*,/, ""))) continue;
      }
      if (last === null && words.length > 0) return next === "" ? undefined : words;
      return record;
    }
    if (next === "," || next === ";" || next === ")" || next === "]") {
      reader.at += 1;
      continue;
    }
    if (closers[next] !== undefined) {
      // a list where a key should stand goes on with the list before it
      const more = structure(reader);
      const before = last === null ? undefined : record[last];
      if (!Array.isArray(more) || !Array.isArray(before)) return undefined;
      if (before.length > 0 && before.every((item) => Array.isArray(item))) before.push(more);
      else before.push(...(more as unknown[]));
      continue;
    }
    const name = quotes.includes(next) ? keyed(reader) : /^[^\s:,{}[\]"']+/.exec(rest(reader))?.[0];
    if (name === undefined || name === "" && next === ":") return undefined;
    if (!quotes.includes(next)) {
      reader.at += name.length;
      // more words of a bare key
      const more = /^[ \t]+[\p{L}\p{N}_ -]+?(?=\s*:)/u.exec(rest(reader))?.[0];
      if (more !== undefined) reader.at += more.length;
    }
    skip(reader);
    if (peek(reader) !== ":") {
      // a word between the fields, or the member of a set
      if (quotes.includes(next)) words.push(name);
      continue;
    }
    reader.at += 1;
    skip(reader);
    const opening = peek(reader);
    if (opening === "") break;
    const value = opening === "," || opening === "}" || opening === "]" ? null : closers[opening] !== undefined ? structure(reader) : quotes.includes(opening) ? quoted(reader, "value") : bare(reader, mine === "]" ? ",}]" : ",}");
    if (value === undefined) return undefined;
    record[name] = value;
    last = name;
  }
  return record;
}

/** A key in quotes; `"key:"value"` and `"key:value` miss their second one. */
function keyed(reader: Reader): string | undefined {
  const quote = peek(reader);
  const found = new RegExp(`^${quote}((?:[^\\\\${quote}]|\\\\[\\s\\S])*)${quote}(\\s*:)?`).exec(reader.text.slice(reader.at, reader.at + 400));
  const whole = found?.[1];
  if (whole !== undefined && (found?.[2] !== undefined || !whole.includes(":"))) {
    reader.at += whole.length + 2;
    return unescaped(whole);
  }
  const upTo = /^.([\p{L}\p{N}_ $.-]+)(?=:)/u.exec(rest(reader));
  if (!upTo?.[1]) return undefined;
  reader.at += upTo[0].length;
  return upTo[1];
}

/** A string: its closing quote is the first after which the text goes on as it would after a string. */
function quoted(reader: Reader, place: "value" | "item"): string {
  const opening = peek(reader);
  const pair = opening === "“" || opening === "”" ? "”“" : opening === "‘" || opening === "’" ? "’‘" : opening;
  const start = reader.at + 1;
  for (let at = start; at < reader.text.length; at += 1) {
    const unit = reader.text.charAt(at);
    if (unit === "\\") at += 1;
    else if (pair.includes(unit) && closes(reader, at + 1, place)) {
      reader.at = at + 1;
      return unescaped(reader.text.slice(start, at));
    }
  }
  // never closed: to the brackets that end the text
  let end = reader.text.length;
  while (end > start && /[\]})\s]/.test(reader.text.charAt(end - 1))) end -= 1;
  reader.at = end;
  return unescaped(reader.text.slice(start, reader.at));
}
function closes(reader: Reader, at: number, place: "value" | "item"): boolean {
  const after = reader.text.slice(at, at + 200).replace(/^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)+/, "");
  const next = after.charAt(0);
  if (next === "") return true;
  if (place === "item") return /^[,\]]|^[}](?=\s*(?:[,\]}]|$))|^["']\s*[,\]]/.test(after) || /^[\p{L}]{1,20}\s*[\],]/u.test(after);
  if (next === ",") return key.test(after.slice(1)) || /^,\s*[}[{]|^,\s*$/.test(after);
  if (next === "}" || next === "]") return /^[}\]]\s*(?:[,}\])]|$|\S)/.test(after) && !/^\}[^,}\]]*"\s*[}\]]/.test(after);
  if (/^(?:true|false|null)\b\s*[,}]/.test(after)) return true;
  // the comma was left out: another key, or a word and then a key or the end
  return /^["'][\p{L}\p{N}_ $-]{1,60}["']\s*:/u.test(after) || /^[\p{L}_]{1,40}\s*(?:\}\s*$|"[^"]*"\s*:)/u.test(after);
}

/** A value without quotes, as far as nothing that ends it comes: in a record a comma before another key, in a list any comma. */
function bare(reader: Reader, ends: string): unknown {
  const start = reader.at;
  let depth = 0;
  let at = start;
  for (; at < reader.text.length; at += 1) {
    const unit = reader.text.charAt(at);
    if (unit === "{" || (unit === "[" && at > start)) depth += 1;
    else if (depth > 0 && (unit === "}" || unit === "]")) depth -= 1;
    else if (depth > 0) continue;
    else if (unit === ",") {
      const after = reader.text.slice(at + 1, at + 121);
      if (!ends.startsWith(",}") || typeof literal(reader.text.slice(start, at).trim()) !== "string" || key.test(after) || /^\s*[}\]]|^\s*$/.test(after)) break;
    } else if (ends.includes(unit)) break;
    else if ((unit === '"' || unit === "\n") && key.test(reader.text.slice(unit === "\n" ? at + 1 : at, at + 120)) && ends.startsWith(",}")) break;
  }
  reader.at = at;
  const word = reader.text.slice(start, at).trim().replace(/(?<=[^"'\s])["']$/, "").trim();
  return literal(word);
}
function literal(word: string): unknown {
  if (/^true$/i.test(word)) return true;
  if (/^false$/i.test(word)) return false;
  if (/^(?:null|none|nan|undefined)$/i.test(word)) return null;
  const digits = word.replaceAll("_", "");
  return /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits) ? Number(digits) : word;
}
function unescaped(inner: string): string {
  try {
    // written as JSON, so that raw quotes and line breaks stand; the escapes that stood there before are read
    return JSON.parse(JSON.stringify(inner.replace(/\\(["'])/g, "$1")).replaceAll("\\\\", "\\")) as string;
  } catch {
    return inner;
  }
}
