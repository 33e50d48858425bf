/**
 * A scope for text that was redacted before, somewhere else: what a redactor took there stays as it is, so that an export reads back as it was and equal people stay equal.
 * Everything around it is redacted like any text that comes in.
 *
 * Raw text never goes through here: in it a `⟦` is a character, and the redactor spells it out so that nobody can forge a pseudonym.
 */
import { escapeJson, pseudonymsIn, recalled, type RedactedText } from "@whysaid/recorder/format";
import type { RedactionScope } from "@whysaid/recorder/redact";

/** Stand-ins the redactor passes over: characters for private use, which mean nothing in any text. */
const OPEN = "\ue000";
const CLOSE = "\ue001";
const DIGITS = 0xe100;
const STAND_IN = /\ue000([\ue100-\ue1ff]+)\ue001/g;
/**
 * What stands beside the pseudonyms: markers of texts not kept, media, what was erased, a spelled-out bracket, a text that is lost; and pseudonyms in a body that writes
 * everything outside ASCII as `\\uXXXX`.
 */
const MARKER = /⟦(?:(?:DROPPED|MEDIA|ERASED):[^⟧]*|~(?:[uUbB]\d{0,6})?|LOST)⟧|\\+u27e6[A-Z~][A-Za-z0-9_:.~#/+-]*\\+u27e7/gi;

export function redactedBefore(scope: RedactionScope): RedactionScope {
  return {
    text: (raw, where) => keeping(raw, (text) => scope.text(text, where)),
    bytes: (base64, where) => keeping(base64, (text) => scope.bytes(text, where)),
    literal: (known) => scope.literal(known),
    json: (value, where) => {
      const kept: string[] = [];
      const json = scope.json(walk(value, kept), where);
      return json === undefined ? undefined : restored(json, kept.map(escapeJson));
    },
    takesNumber: (raw, where) => scope.takesNumber(raw, where),
    subject: scope.subject,
    with: (declared) => redactedBefore(scope.with(declared)),
    off: scope.off,
    cacheKey: scope.cacheKey,
  };
}

function keeping(raw: string, redact: (text: string) => RedactedText): RedactedText {
  const kept: string[] = [];
  const text = standIns(raw, kept);
  return kept.length === 0 ? redact(text) : restored(redact(text), kept);
}

/** The text with a stand-in for each pseudonym, which goes into `kept`. */
function standIns(text: string, kept: string[]): string {
  if (!/⟦|\[\[|\\u27e6/i.test(text) || /[\ue000\ue001]/.test(text)) return text;
  const found = [...pseudonymsIn(text), ...[...text.matchAll(MARKER)].map((match) => ({ start: match.index, end: match.index + match[0].length }))].sort((a, b) => a.start - b.start);
  let out = "";
  let at = 0;
  for (const { start, end } of found) {
    if (start < at) continue;
    out += `${text.slice(at, start)}${OPEN}${numeral(kept.push(text.slice(start, end)) - 1)}${CLOSE}`;
    at = end;
  }
  return out + text.slice(at);
}

function numeral(index: number): string {
  const digits: number[] = [];
  for (let rest = index; digits.length === 0 || rest > 0; rest = Math.floor(rest / 256)) digits.unshift(DIGITS + (rest % 256));
  return String.fromCharCode(...digits);
}
function numberOf(numeral: string): number {
  let number = 0;
  for (let at = 0; at < numeral.length; at += 1) number = number * 256 + numeral.charCodeAt(at) - DIGITS;
  return number;
}

function restored(text: RedactedText, kept: readonly string[]): RedactedText {
  if (kept.length === 0) return text;
  return recalled(text.replace(STAND_IN, (_, digits: string) => kept[numberOf(digits)] ?? ""));
}

function walk(value: unknown, kept: string[]): unknown {
  if (typeof value === "string") return standIns(value, kept);
  if (Array.isArray(value)) return value.map((one: unknown) => walk(one, kept));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [standIns(key, kept), walk(one, kept)]));
}
