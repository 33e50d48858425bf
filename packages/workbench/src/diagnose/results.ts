/** What a tool's result amounts to: an answer, an error, nothing, a part of an answer. Read by the tool causes. */
import type { CallView } from "./passages.ts";
import { isCut } from "./recover.ts";
import { cutMark, placeholder, saysNothing } from "./words.ts";

export interface Outcome {
  readonly kind: "answer" | "error" | "empty" | "cut";
  /** What said so, for the title. */
  readonly sign: string;
  /** How plainly: a field of its own, or words. For an empty one, `plain` is no more than blank, `{}` or `[]`. */
  readonly plain: boolean;
  /** For an error: something broke (a timeout, a server, an exception), rather than the tool saying no to what was asked. */
  readonly broke: boolean;
}

const answerOutcome: Outcome = { kind: "answer", sign: "", plain: false, broke: false };
const breakage = /time[d -]?out|timeout|unavailable|refused|reset|internal (?:server )?error|\b50\d\b|\b429\b|bad gateway|rate.?limit|too many requests|exception|traceback|econn|enotfound|dns|socket|network|overload|crash|unreachable|closed (?:the )?connection|unauthori[sz]ed|forbidden|\b40[13]\b|quota|fetch failed|database|upstream|unexpected (?:error|end)|null ?pointer|cannot read propert|is not a function|out of memory|permission denied|access denied|service/i;
const error = (sign: string, plain: boolean): Outcome => ({ kind: "error", sign, plain, broke: breakage.test(sign) });
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

const known = new WeakMap<CallView, Outcome>();
export function outcomeOf(call: CallView): Outcome {
  let outcome = known.get(call);
  if (!outcome) {
    outcome = read(call);
    known.set(call, outcome);
  }
  return outcome;
}
function read(call: CallView): Outcome {
  if (call.error !== null) return error(call.error, true);
  if (call.result === null) return answerOutcome;
  if (call.executed !== null && call.executed.length > call.result.length + 20 && call.result.length > 20 && call.executed.startsWith(call.result.slice(0, Math.floor(call.result.length * 0.8))))
    return { kind: "cut", sign: `${call.result.length} of ${call.executed.length} characters reached the model`, plain: true, broke: false };
  return outcomeOfText(call.result);
}

export function outcomeOfText(result: string): Outcome {
  const text = result.trim();
  if (text === "") return { kind: "empty", sign: "no text", plain: true, broke: false };
  if (isBareHeader(text)) return { kind: "empty", sign: "a table without rows", plain: false, broke: false };
  const gone = placeholder.exec(text);
  if (gone !== null) return { kind: "cut", sign: gone[0], plain: true, broke: false };
  if (saysNothing(text)) return { kind: "empty", sign: text, plain: false, broke: false };
  const json = /^[[{"]/.test(text) ? parsed(text) : undefined;
  if (json !== undefined) {
    const said = errorIn(json, 0);
    if (said !== null) return error(said, true);
    if (isNothing(json)) return { kind: "empty", sign: text.length < 60 ? text : "only empty fields", plain: text.length <= 4, broke: false };
    if (typeof json === "string") return json.length < text.length ? outcomeOfText(json) : answerOutcome;
    return answerOutcome;
  }
  if (isHollowMarkup(text)) return { kind: "empty", sign: text.length < 60 ? text : "only empty elements", plain: false, broke: false };
  const written = errorWritten(text);
  if (written !== null) return { ...error(written, false), broke: breakage.test(text.slice(0, 600)) };
  const mark = cutMark(text);
  if (mark >= 0) return { kind: "cut", sign: text.slice(mark).replace(/\s+/g, " ").trim(), plain: true, broke: false };
  if (/^[[{]/.test(text) && text.length >= 80 && /^[[{]\s*(?:["{[\d-]|true|false|null)/.test(text) && isCut(text)) return { kind: "cut", sign: "its JSON ends before it closes", plain: true, broke: false };
  return answerOutcome;
}

/** The names of columns and nothing below: one line of comma or tab separated names, or a Markdown table of a head alone. */
const isBareHeader = (text: string): boolean => text.length > 1_000 ? false : /^[a-z][\w ]*(?:[,;\t|][ ]?[a-z][\w ]*)+$/i.test(text) && !/\d/.test(text) && !/[,;] /.test(text) && /[_a-z]/.test(text) ? text.split(/[,;\t|]/).every((name) => name.trim().split(" ").length <= 2) : /^\|[^\n]*\|\s*\n\|[\s:|-]+\|?$/.test(text);

/** Elements with nothing between them, or a count of none. */
const isHollowMarkup = (text: string): boolean => text.length < 2_000 && /^<[a-z?!]/i.test(text) && text.replace(/<[^<>]*>/g, "").trim() === "" && (!/="[^"]*[1-9\p{L}][^"]*"/u.test(text.replace(/\b(?:xmlns(?::\w+)?|version|encoding|status|query|type|class|id)="[^"]*"/gi, "")) || /\b(?:count|total|numFound|hits|size|matches|rows|results|found)="0"/i.test(text) || /<(?:total|count|hits|size)\b[^>]*\bvalue="0"/i.test(text));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const errorKeys = /^(?:errors?|exception|fault|failure|traceback|stack_?trace|error_?(?:message|msg|code|type|description)|fehler)$/i;
const failed = /^(?:error|errored|failed|failure|fail|exception|timeout|timed_?out|unavailable|denied|forbidden|unauthorized|rejected)$/i;
const holdsSomething = (value: unknown): boolean => value !== null && value !== false && value !== undefined && value !== "" && value !== 0 && !(Array.isArray(value) && value.length === 0) && !(isFields(value) && Object.keys(value).length === 0) && !(typeof value === "string" && /^(?:none|null|no|0|false|ok|success)$/i.test(value));

/** The error a structured result speaks of, in a few words; null when it speaks of none. */
function errorIn(json: unknown, depth: number): string | null {
  if (Array.isArray(json)) return json.length === 1 && depth < 2 ? errorIn(json[0], depth + 1) : null;
  if (typeof json === "string" && depth > 0) return /^\s*(?:error|fatal|exception|fehler|erreur)\b\s*[:!]/i.test(json) ? json.trim().slice(0, 120) : null;
  if (!isFields(json)) return null;
  const entries = Object.entries(json);
  const others = entries.filter(([key, value]) => !errorKeys.test(key) && Array.isArray(value) && value.length > 0);
  for (const [key, value] of entries) {
    if (errorKeys.test(key) && holdsSomething(value) && typeof value !== "number" && others.length === 0) return inWords(value);
    if (/^is_?error$/i.test(key) && value === true) return inWords(json["content"] ?? json["message"] ?? key);
  }
  for (const [key, value] of entries) {
    if (/^(?:status|status_?code|http_?status|code)$/i.test(key) && typeof value === "number" && value >= 400 && value < 600) return `${key} ${value}${typeof json["message"] === "string" ? `: ${json["message"]}` : ""}`;
    if (/^(?:__type|_type|type|code|error_?type|fault_?code)$/i.test(key) && typeof value === "string" && /^[\w.:#]*(?:Exception|Error|Fault|Failure)$/.test(value) && entries.length <= 8) return inWords(json["message"] ?? json["Message"] ?? value);
    if (/^(?:success|ok|succeeded|is_?success)$/i.test(key) && (value === false || value === "false")) return inWords(json["message"] ?? json["reason"] ?? `${key}: false`);
    if (/^(?:status|state|result|outcome|type)$/i.test(key) && typeof value === "string" && failed.test(value) && entries.length <= 8) return inWords(json["message"] ?? json["reason"] ?? json["detail"] ?? `${key}: ${value}`);
  }
  if (depth < 2 && entries.length <= 3) {
    for (const [key, value] of entries) {
      if (!/^(?:result|response|data|content|output|body|return|value|text|message|structuredcontent)$/i.test(key)) continue;
      const inner = errorIn(value, depth + 1);
      if (inner !== null) return inner;
    }
  }
  return null;
}
const inWords = (value: unknown): string => (isFields(value) ? inWords(value["message"] ?? value["detail"] ?? value["code"] ?? JSON.stringify(value)) : typeof value === "string" ? value : JSON.stringify(value)) ?? "";

const bookkeeping = /^(?:status|ok|success|code|message|page|next|next_?page|previous|cursor|has_?more|took|took_?ms|elapsed|duration|query|request_?id|id|version|timestamp|limit|offset|meta|metadata|params|timed_?out|object|type|total_?pages|per_?page|page_?size|max_?score|_shards|relation|row_?count|count|total|total_?count|num_?results|size|hits_?total|resource_?type|kind|links?|self|etag)$/i;
/** Nothing but envelopes: empty lists, nulls, zero counts, bookkeeping around them. */
function isNothing(json: unknown): boolean {
  if (json === null || json === "") return true;
  if (Array.isArray(json)) return json.every(isNothing);
  if (!isFields(json)) return typeof json === "string" && saysNothing(json);
  const entries = Object.entries(json);
  if (entries.length === 0) return true;
  let hollow = false;
  for (const [key, value] of entries) {
    if (value === null || (Array.isArray(value) && value.every(isNothing)) || (isFields(value) && isNothing(value)) || value === "") {
      hollow = true;
      continue;
    }
    if (value === false && /^(?:is_?)?(?:found|exists?|matched|has_?(?:results?|matches|data|records?)|any|present|available_?data)$/i.test(key)) {
      hollow = true;
      continue;
    }
    if (typeof value === "string" && /^(?:message|detail|info|reason|note|text|summary|description|content|output)$/i.test(key) && saysNothing(value)) {
      hollow = true;
      continue;
    }
    if (value === 0 && /count|total|size|found|hits|results|value|match(?:es)?|rows|records|items|entries|length|returned/i.test(key)) {
      hollow = true;
      continue;
    }
    if (bookkeeping.test(key) && (typeof value !== "object" || isPlain(value))) continue;
    return false;
  }
  return hollow;
}
const isPlain = (value: unknown): boolean => isFields(value) && Object.values(value).every((inner) => typeof inner !== "object" || inner === null);

const written: readonly RegExp[] = [
  /^(?:\s*(?:fatal|critical|uncaught|unhandled)?\s*)(?:error|err|exception|failure|fehler|erreur)\b\s*(?:[:!—-]|\d|code|occurred|while|executing|calling|running|in\b|at\b|\n)/i,
  /^\w*(?:Error|Exception|Timeout|Fault)\b\s*(?:[:(]|$)/,
  /^Traceback \(most recent call last\)/m,
  /<title>[^<]*\b(?:[45]\d\d|error|unavailable|forbidden|denied|bad gateway|gateway time-?out|not found|bad request|too many requests)\b[^<]*<\/title>/i,
  /^(?:http(?:\/\d(?:\.\d)?)? ?)?(?:status(?: code)?:? ?)?[45]\d\d\b[ :-]+(?:[A-Z][A-Za-z ]+)/,
  /^(?:request|call|tool|command|operation|query|connection|lookup|execution|invocation|api)\b[^.\n]{0,60}\b(?:failed|timed out|refused|aborted|rejected|errored|reset)\b/i,
  /^(?:failed|unable|could not|cannot|can't) (?:to )?(?:fetch|load|connect|reach|execute|call|open|read|parse|get|retrieve|process|complete|resolve|authenticate)\b/i,
  /^(?:connection|gateway|network|socket|request) (?:error|timeout|timed out|refused|reset)/i,
  /^(?:service|server|host|resource|tool|endpoint) (?:temporarily )?(?:unavailable|not available|unreachable|down)/i,
  /^(?:permission|access) denied\b|^unauthorized\b|^forbidden\b|^rate limit|^too many requests|^timed? ?out\b|^timeout\b|^internal server error/i,
  /^(?:upstream|downstream|backend|proxy|remote)\b[^.\n]{0,40}\b(?:error|timeout|timed out|refused|reset|unavailable|failed|failure)\b/i,
  /\bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|AI_AGAIN|PIPE)\b/,
];
function errorWritten(text: string): string | null {
  const head = text.slice(0, 600);
  for (const pattern of written) {
    const found = pattern.exec(head);
    if (found && (found.index < 80 || text.length < 600)) return text.slice(found.index, found.index + 120).split("\n")[0] ?? "";
  }
  const trace = text.length < 4_000 ? /\n\w*(?:Error|Exception): [^\n]{1,120}\s*$/.exec(text) : null;
  return trace && /Traceback|\n\s+at /.test(text) ? trace[0].trim() : null;
}
