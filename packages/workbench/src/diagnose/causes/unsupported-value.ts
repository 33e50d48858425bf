/**
 * `unsupported-value` — the answer says a number, date, address or name that stands nowhere in what the model was given and follows from nothing there.
 *
 * Sees: values without any origin in an answer that was to rest on chunks, tool results or a document; the sentence's counterpart in a source, where it has another value. Asked only where there is
 * such grounding; list numbers, code, small counts, rounded, converted and computed values are not. Can't see: a wrong statement made of right words.
 * Next: replay a few times; a value that changes each time was made up.
 */
import { pseudonymsIn } from "@whysaid/recorder/format";
import type { Passage } from "../passages.ts";
import { fit, wordsAround } from "../align.ts";
import { named, pointAt, pointAtValue, replay, type Candidate, type Case, type Evidence } from "../finding.ts";
import { isOrphan, isPath } from "../flow.ts";
import { lex } from "../provenance/lexer.ts";
import { isEvidence, type TracedValue } from "../provenance/provenance.ts";
import { contentWords, wordsIn } from "../words.ts";

/** A tool's "ok" is no ground. What was retrieved is, however short: a line of a price list, a note. */
const MIN_GROUND_CHARS = 60;
const MIN_CHUNK_CHARS = 16;

export function unsupportedValue(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  const answer = view.answer;
  if (answer === null) return [];
  const ground = view.passages.filter((passage) => isEvidence(passage) && passage.kind !== "system" && passage.order < answer.order && passage.text.length >= (passage.kind === "chunk" ? MIN_CHUNK_CHARS : MIN_GROUND_CHARS));
  if (ground.length === 0) return [];
  const retrieved = ground.some((passage) => passage.kind !== "message");
  // a document handed over in one message is ground too; a talk among agents is not
  if (!retrieved && (ground.length > 2 || !ground.some((passage) => passage.text.length > 400))) return [];
  if (isLog(answer.text)) return [];
  const grounding = groundingOf(answer.text, ground);
  const grounded = grounding >= (retrieved ? 0.3 : 0.5);
  const code = codeRanges(answer.text);
  // where ids were taken out of the sources, one that was missed in the answer has its origin there for all that can be told
  const taken = ground.some(({ text }) => text.includes("⟦ID:") || text.includes("[[ID:"));
  const orphans = values.filter((traced) => !(taken && traced.value.type === "identifier") && traced.generation === view.finalIndex && traced.in !== "tool-arguments" && (isOrphan(traced) || isStrangeName(traced) || isSwapped(traced, answer.text, ground)) && (grounded || (retrieved && isCode(traced)) || isTotal(traced, answer.text, ground)) && matters(traced, answer.text, code));
  const scored = orphans.map((traced) => ({ traced, ...score(traced, answer.text, ground) })).sort((a, b) => b.confidence - a.confidence);
  const first = scored[0];
  if (!first || first.confidence < 0.5) return [];
  const evidence: Evidence[] = [];
  for (const one of scored.slice(0, 3)) evidence.push(pointAtValue(one.traced, one.traced.in === "completion" ? answer.text : one.traced.value.text));
  if (first.counterpart) evidence.push(pointAt(first.counterpart.passage, first.counterpart.start, first.counterpart.end));
  const source = first.counterpart ? `; ${named(first.counterpart.passage.sourceId ?? "the source")} says ${named(first.counterpart.text)} there` : "";
  return [{ cause: "unsupported-value", title: `${named(first.traced.value.text)} stands nowhere in the input${source}`, confidence: first.confidence, evidence, next: replay(view.trace.traceId, "--n 5") }];
}

/** An id of letters and digits: nobody knows one by heart. */
const isCode = (traced: TracedValue): boolean => traced.value.type === "identifier" && traced.value.key.length >= 6 && /[a-z]/i.test(traced.value.key) && !isPath(traced.value.text);
/** "in total": an amount said to be the sum of amounts that a source lists. */
function isTotal(traced: TracedValue, answer: string, ground: readonly Passage[]): boolean {
  const { value } = traced;
  if (value.type !== "number" || traced.in !== "completion" || value.number.significant < 3) return false;
  const around = answer.slice(Math.max(0, value.start - 60), value.end + 30);
  if (!/\b(?:total(?:s|l?ing)?|altogether|in all|sum|combined|add(?:s|ed)? up|insgesamt|summe|en total|au total|in totale)\b/i.test(around)) return false;
  return ground.some((passage) => passage.kind === "tool-result" && (passage.text.slice(0, 50_000).match(/"(?:[a-z_]*(?:amount|price|cost|total|fee|value|sum|balance|qty|quantity|count))"\s*:\s*"?[$€£]?\d/gi)?.length ?? 0) >= 2);
}
/** Output of a program rather than words of a model. */
const isLog = (text: string): boolean => /Traceback \(most recent call last\)|\n[ \t]+at \S+ \(\S+:\d+:\d+\)|File "[^"]+", line \d+|^exitcode: /m.test(text);
/** One place or person is written longer here and shorter there: another pseudonym is no other one. */
const spelledManyWays = /^(?:PERSON|NAME|PATIENT|USER|CUSTOMER|LOCATION|ADDRESS|CITY|ORG|ORGANI[SZ]ATION|AGE)/;
/** A pseudonym that stands nowhere, where a source has another of its kind in the same words: one id taken for another. */
const isSwapped = (traced: TracedValue, answer: string, ground: readonly Passage[]): boolean =>
  traced.value.type === "pseudonym" && !spelledManyWays.test(traced.value.key) && traced.hits.length === 0 && traced.in === "completion" && (pseudonymInstead(traced, wordsAround(answer, traced.value.start, traced.value.end), answer, ground)?.fit ?? 0) >= 0.6;
const isStrangeName = (traced: TracedValue): boolean => traced.value.type === "name" && traced.hits.length === 0 && traced.value.words.length >= 2 && traced.strangeWords === traced.value.words.length;

/** Share of the answer's content words that the ground has: an answer from general knowledge is not asked for sources. */
function groundingOf(answer: string, ground: readonly Passage[]): number {
  const words = contentWords(answer);
  if (words.size === 0) return 0;
  let there = 0;
  for (const word of words) if (ground.some((passage) => wordsIn(passage).has(word))) there += 1;
  return there / words.size;
}

function codeRanges(text: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (const match of text.matchAll(/```[\s\S]*?(?:```|$)|`[^`\n]+`/g)) ranges.push([match.index, match.index + match[0].length]);
  return ranges;
}

const example = /\b(?:e\.g\.?|for (?:example|instance)|such as|say|example|assum\w+|suppose|hypothetical\w*|roughly|approximately|about|around|typically|usually|generally|z\.\s?b\.|zum beispiel|por ejemplo|par exemple)\b[^.\n]{0,80}$/i;

function matters(traced: TracedValue, answer: string, code: readonly [number, number][]): boolean {
  const { value } = traced;
  if (traced.in === "completion" && code.some(([from, to]) => value.start >= from && value.end <= to)) return false;
  if (value.type === "identifier") {
    // compound words and versions written with digits: "COVID-19", "401(k)", "24/7"
    if (/^[\p{L}]+-?\d{1,2}$/u.test(value.text) || /^\d{1,3}[\p{L}]{1,3}$/u.test(value.text)) return false;
  }
  if (value.type === "number" && value.number.value < 100 && value.number.decimals === 0 && value.unit === null) return false;
  if (value.type === "number" && value.unit !== null && ["time", "months"].includes(value.unit.dimension) && value.number.value <= 72) return false;
  if (value.type === "name") {
    if (traced.in === "completion" && headingLike(answer, value.start, value.end)) return false;
    if (/^(?:Step|Option|Part|Section|Note|Example|Question|Answer|Total|Phase|Day|Week|Figure|Table|Item)\b/.test(value.text)) return false;
  }
  return true;
}
/** Title case of headings and list heads is no name. */
function headingLike(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lead = text.slice(lineStart, start);
  const lineEnd = text.indexOf("\n", end);
  const after = text.slice(end, Math.min(end + 3, lineEnd < 0 ? text.length : lineEnd));
  return /^[\s#>*\-•\d.)]*(?:\*\*|__)?$/.test(lead) || /^(?:\*\*|__|:)/.test(after) || /(?:\*\*|__|#\s)$/.test(lead);
}

interface Scored {
  readonly confidence: number;
  readonly counterpart: { readonly passage: Passage; readonly start: number; readonly end: number; readonly text: string } | null;
}
const attributed = /(?:\b(?:dr\.?|prof\.?|professor|according to|said|says|confirmed by|reported by|led by|founded by|written by|directed by|created by|headed by|invented by|discovered by|appointed|chaired by|per|quoting|laut|según|selon|secondo)\s+)$/i;
const acting = /^,?\s*(?:was\b|were\b|said|says|confirmed|argued|argues|noted|explained|reported|announced|wrote|founded|led|who\b|the (?:ceo|director|author|president|professor|founder|head|chair\w*)\b)/i;
/** Two or three words that look like a person's name, where a person would stand. */
function isPersonLike(traced: TracedValue, answer: string): boolean {
  const { value } = traced;
  if (traced.in !== "completion" || (value.type !== "pseudonym" && !/^\p{Lu}\p{Ll}{2,}(?:[ -]\p{Lu}\p{Ll}{2,}){1,3}$/u.test(value.text))) return false;
  return attributed.test(answer.slice(Math.max(0, value.start - 40), value.start)) || acting.test(answer.slice(value.end, value.end + 30));
}
function score(traced: TracedValue, answer: string, ground: readonly Passage[]): Scored {
  const { value } = traced;
  const words = traced.in === "completion" ? wordsAround(answer, value.start, value.end) : contentWords((traced.field ?? "").replace(/([a-z])([A-Z])/g, "$1 $2"));
  const counterpart = value.type === "number" || value.type === "date" ? counterpartOf(traced, words, ground) : value.type === "pseudonym" ? pseudonymInstead(traced, words, answer, ground) : null;
  // a detector may take a value in one place and miss it in another: another of its kind in the same words tells that this one was said instead
  const instead = value.type === "pseudonym" && !spelledManyWays.test(value.key) && counterpart !== null && counterpart.fit >= 0.6 ? 0.35 : 0;
  const hedged = traced.in === "completion" && example.test(answer.slice(Math.max(0, value.start - 90), value.start));
  const chance = traced.derived !== null ? 0.12 : 0;
  const person = (value.type === "name" || (value.type === "pseudonym" && value.key.startsWith("PERSON:"))) && isPersonLike(traced, answer) ? 0.2 : 0;
  let confidence = base(traced) + instead + person - chance - (hedged ? 0.12 : 0);
  if (counterpart && counterpart.fit >= 0.5) confidence += 0.05;
  return { confidence: Math.max(0, Math.min(0.95, confidence)), counterpart: counterpart && counterpart.fit >= 0.4 ? counterpart : null };
}
function base(traced: TracedValue): number {
  const { value } = traced;
  switch (value.type) {
    case "number": {
      if (value.unit !== null) return value.number.significant >= 2 || value.number.value >= 100 ? 0.9 : 0.78;
      return value.number.significant >= 3 || value.number.decimals > 0 ? 0.9 : 0.75;
    }
    case "date":
      return 0.9;
    case "pseudonym":
      return /^(?:PHONE|EMAIL|URL|IBAN|SSN|CARD|MRN)/.test(value.key) ? 0.85 : 0.45;
    case "identifier":
      return value.key.length >= 6 ? 0.9 : 0.7;
    case "url":
      return 0.86;
    case "name":
      return /^(?:Dr|Prof|Professor|Mr|Mrs|Ms|Herr|Frau)\b/.test(value.text) ? 0.8 : 0.45;
    case "quote":
      return 0.4;
    default:
      return value satisfies never;
  }
}
/** The place in the ground whose words fit the sentence best and that holds another pseudonym of the same kind, which the answer does not say. */
function pseudonymInstead(traced: TracedValue, words: ReadonlySet<string>, answer: string, ground: readonly Passage[]): (NonNullable<Scored["counterpart"]> & { readonly fit: number }) | null {
  if (traced.value.type !== "pseudonym" || words.size < 2) return null;
  const [kind] = traced.value.key.split(":");
  let best: (NonNullable<Scored["counterpart"]> & { readonly fit: number }) | null = null;
  for (const passage of ground) {
    for (const { type, parts, start, end, text } of pseudonymsIn(passage.text.slice(0, 200_000))) {
      if (type !== kind || answer.includes(`${type}:${parts.join(".")}`)) continue;
      const score = fit(words, passage.text, start, end);
      if (best === null || score > best.fit) best = { passage, start, end, text, fit: score };
    }
  }
  return best;
}
/** The place in the ground whose words fit the sentence best and that holds a value of the same kind. */
function counterpartOf(traced: TracedValue, words: ReadonlySet<string>, ground: readonly Passage[]): (NonNullable<Scored["counterpart"]> & { readonly fit: number }) | null {
  if (words.size < 3) return null;
  let best: (NonNullable<Scored["counterpart"]> & { readonly fit: number }) | null = null;
  let budget = 400;
  for (const passage of ground) {
    if (passage.text.length > 200_000) continue;
    const consider = (start: number, end: number): void => {
      if ((budget -= 1) < 0) return;
      const score = fit(words, passage.text, start, end);
      if (best === null || score > best.fit) best = { passage, start, end, text: passage.text.slice(start, end).trim(), fit: score };
    };
    lex(passage.text, {
      word() {},
      number(_reading, unit, start, end, within) {
        if (traced.value.type === "number" && !within && (traced.value.unit === null || unit === null || unit.dimension === traced.value.unit.dimension)) consider(start, end);
      },
      day(_day, start, end) {
        if (traced.value.type === "date") consider(start, end);
      },
      code() {},
    });
  }
  return best;
}
