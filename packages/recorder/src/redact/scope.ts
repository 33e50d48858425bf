/** A redaction scope: what one trace's texts go through. The last stop before the journal; the only caller of `mint`. */
import { performance } from "node:perf_hooks";
import { droppedMarker, escapeBrackets, isMarker, mediaMarker, type PseudonymForm } from "../format/pseudonym.ts";
import { jsonOf } from "../format/json-of.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { TextCache } from "./cache.ts";
import { takenIn, type Composition } from "./compose.ts";
import { findDeclared } from "./declared/match.ts";
import { typeOfMedia } from "./structure/media.ts";
import { isProtocolWord } from "./structure/messages.ts";
import { MAX_STEPS, type CompiledPolicy } from "./structure/policy.ts";
import { compile, identifiersOf, keyOf, namesOf, type Knowledge } from "./declared/knowledge.ts";
import { FoundNames, namesToSpread } from "./found.ts";
import { mint } from "./mint.ts";
import { OwnDetectors, RedactionStopped } from "./own.ts";
import type { Linkability, Pseudonyms } from "./pseudonyms.ts";
import type { Declared, RedactionScope, Where } from "./redactor.ts";
import type { Taken } from "./taken.ts";

/** What all scopes of one redactor share. */
export interface Shared {
  readonly composition: Omit<Composition, "knowledge">;
  readonly form: PseudonymForm;
  readonly linkability: Linkability;
  readonly maxTextBytes: number;
  readonly budgetMs: number;
  readonly cache: TextCache;
  readonly knowledges: Map<string, Knowledge>;
  readonly found: WeakMap<Knowledge, FoundNames>;
  readonly report: (why: "redaction-failed" | "over-budget", sentence: string) => void;
}

/** One text with what was taken of it, for people who check a policy. */
export interface Explained {
  readonly text: RedactedText;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string; readonly layer: Taken["layer"]; readonly rule: string }[];
}

const MAX_KNOWLEDGES = 256;
const MAX_CACHED = 4_194_304;
/** Numbers with fewer characters are never taken. */
const MIN_ASKED_DIGITS = 4;
const LITERAL = "literal";

interface Redacted {
  readonly text: RedactedText;
  readonly taken: readonly Taken[];
  readonly names: readonly string[] | undefined;
}

export class Scope implements RedactionScope {
  readonly off = false;
  readonly #shared: Shared;
  readonly #declared: readonly Declared[];
  readonly #knowledge: Knowledge | undefined;
  readonly #pseudonyms: Pseudonyms;
  readonly #composition: Composition | undefined;
  #subject: Readonly<Record<RedactedText, RedactedText>> | null | undefined = null;

  /** undefined for the root: names of one trace are no concern of another. */
  readonly #found: FoundNames | undefined;
  /** The trace has declared something of its own: what it finds is shared with other traces that declare the same, and so are bodies. */
  readonly #isDeclared: boolean;

  constructor(shared: Shared, pseudonyms: Pseudonyms, declared: readonly Declared[], trace?: { readonly found: FoundNames; readonly isDeclared: boolean }) {
    this.#shared = shared;
    this.#pseudonyms = pseudonyms;
    this.#declared = declared;
    this.#knowledge = knowledgeOf(shared, declared);
    this.#isDeclared = trace?.isDeclared === true && this.#knowledge !== undefined;
    this.#found = this.#isDeclared && this.#knowledge !== undefined ? foundWith(shared, this.#knowledge) : trace?.found;
    this.#composition = this.#knowledge === undefined ? undefined : { ...shared.composition, knowledge: this.#knowledge };
  }

  get cacheKey(): unknown {
    return this.#found === undefined || this.#isDeclared ? (this.#texts ?? this) : this.#found;
  }

  text(raw: string, where: Where): RedactedText {
    if (raw === "") return mint("");
    if (typeof raw !== "string") return this.#dropped("redaction-failed", "something that is no text was given as one", 0, true).text;
    const composition = this.#composition;
    if (composition === undefined || raw.length > MAX_CACHED) return this.#redacted(raw, where).text;
    // What else than the text decides: the rule where it stands, the label detectors see, and the path when policy reads paths inside it.
    const context = contextOf(where, composition.policy);
    let known = this.#shared.cache.get(this.#texts, context, raw);
    if (known === undefined) {
      const { text, names } = this.#redacted(raw, where);
      known = names === undefined ? text : { text, names };
      if (!isMarker(text)) this.#shared.cache.set(this.#texts, context, raw, known);
    }
    const text = typeof known === "string" ? known : known.text;
    const found = this.#found;
    if (found === undefined) return text;
    const spread = found.isEmpty ? text : this.#spread(text, found, composition);
    if (typeof known !== "string") found.add(known.names);
    return spread;
  }

  /** Take what the trace's other texts say is a name. */
  #spread(text: RedactedText, found: FoundNames, composition: Composition): RedactedText {
    const known = found.known(text);
    if (known !== undefined) return known;
    try {
      const taken = found.find(text, composition.match);
      const spread = taken.length === 0 ? text : mint(this.#replaced(text, taken, (kept) => kept));
      found.remember(text, spread);
      return spread;
    } catch {
      return this.#dropped("redaction-failed", "redaction failed on a text", text.length, true).text;
    }
  }

  /** Pseudonyms that join within one trace only make texts of that trace only. */
  get #texts(): unknown {
    return this.#shared.linkability === "call" ? this.#pseudonyms : this.#knowledge;
  }

  /** As `text`, with the spans. */
  explain(raw: string, where: Where): Explained {
    const { text, taken } = this.#redacted(raw, where);
    return { text, spans: taken.map(({ start, end, type, layer, rule }) => ({ start, end, type, layer, rule })) };
  }

  json(value: unknown, where: Where): RedactedText | undefined {
    let raw: string | undefined;
    try {
      raw = jsonOf(value);
    } catch {
      return this.#dropped("redaction-failed", "a value could not be written as JSON", 0, true).text;
    }
    if (raw === undefined) return undefined;
    const redacted = this.text(raw, where);
    // JSON stays JSON: a dropped text is a string.
    return redacted.startsWith("⟦DROPPED:") || redacted.startsWith("[[DROPPED:") ? mint(JSON.stringify(redacted)) : redacted;
  }

  bytes(base64: string, where: Where): RedactedText {
    const composition = this.#composition;
    if (composition !== undefined && !composition.policy.dropsMedia) return this.text(base64, where);
    try {
      return mint(mediaMarker(typeOfMedia(base64), base64.length, this.#pseudonyms.hashOf(base64), this.#shared.form));
    } catch {
      return this.#dropped("redaction-failed", "redaction failed on bytes", base64.length, true).text;
    }
  }

  literal(raw: string): RedactedText {
    // Field names are not asked about one by one; a declared name may still be one.
    const knowledge = this.#knowledge;
    if (knowledge?.buckets === undefined && knowledge?.days.size === 0) return mint(escapeBrackets(raw, this.#shared.form));
    const known = this.#shared.cache.get(this.#texts, LITERAL, raw);
    if (typeof known === "string") return known;
    const composition = this.#composition;
    let redacted: RedactedText;
    try {
      redacted = composition === undefined ? mint(droppedMarker("redaction-failed", raw.length, this.#shared.form)) : mint(this.#replaced(raw, findDeclared(raw, composition.knowledge, composition.match), (kept) => escapeBrackets(kept, this.#shared.form)));
    } catch {
      return this.#dropped("redaction-failed", "redaction failed on a text", raw.length, true).text;
    }
    this.#shared.cache.set(this.#texts, LITERAL, raw, redacted);
    return redacted;
  }

  takesNumber(raw: string, where: Where): boolean {
    const composition = this.#composition;
    if (composition === undefined) return true;
    return raw.length >= MIN_ASKED_DIGITS && this.text(raw, where) !== raw;
  }

  get subject(): Readonly<Record<RedactedText, RedactedText>> | undefined {
    if (this.#subject === null) this.#subject = this.#subjectMap();
    return this.#subject;
  }

  with(declared: Declared): Scope {
    const more = isEmpty(declared) ? this.#declared : [...this.#declared, declared];
    const pseudonyms = this.#found === undefined ? this.#pseudonyms.forCall() : this.#pseudonyms;
    return new Scope(this.#shared, pseudonyms, more, { found: this.#found ?? new FoundNames(), isDeclared: this.#isDeclared || !isEmpty(declared) });
  }

  #redacted(raw: string, where: Where): Redacted {
    const { maxTextBytes, budgetMs } = this.#shared;
    if (raw.length > maxTextBytes) return this.#dropped("too-large", "", raw.length, false);
    const composition = this.#composition;
    if (composition === undefined) return this.#dropped("redaction-failed", "the declared values could not be read", raw.length, true);
    try {
      const startedMs = performance.now();
      const cpuBeforeMs = sampledCpuMs(startedMs);
      const taken = takenIn(raw, where, composition);
      const allowedMs = budgetMs * Math.max(1, raw.length / 1_048_576);
      // Time that a busy machine gave to others is not the redactor's.
      if (performance.now() - startedMs > allowedMs && cpuMs() - cpuBeforeMs >= allowedMs) return this.#dropped("over-budget", "a text took longer than its budget", raw.length, true);
      const { form } = this.#shared;
      return { text: mint(this.#replaced(raw, taken, (kept) => escapeBrackets(kept, form))), taken, names: namesToSpread(taken, raw) };
    } catch (cause) {
      // Nothing of the cause is passed on: its message may hold the text.
      return cause instanceof RedactionStopped ? this.#dropped(cause.why, cause.message, raw.length, true) : this.#dropped("redaction-failed", "redaction failed on a text", raw.length, true);
    }
  }

  #replaced(raw: string, taken: readonly Taken[], keep: (kept: string) => string): string {
    if (taken.length === 0) return keep(raw);
    const pseudonyms = this.#pseudonyms.of(taken.filter((one) => one.dropped === undefined), raw);
    let written = "";
    let at = 0;
    let next = 0;
    for (const one of taken) {
      if (one.start > at) written += keep(raw.slice(at, one.start));
      written += one.dropped === undefined ? (pseudonyms[next++] as string) : this.#marker(one, raw);
      at = one.end;
    }
    return at < raw.length ? written + keep(raw.slice(at)) : written;
  }

  #marker(one: Taken, raw: string): string {
    const { form } = this.#shared;
    const length = one.end - one.start;
    if (one.dropped === "media") return mediaMarker(one.mediaType ?? "application/octet-stream", length, this.#pseudonyms.hashOf(raw.slice(one.start, one.end)), form);
    const marker = droppedMarker("policy", length, form);
    return one.quote === undefined ? marker : `${one.quote}"${marker}${one.quote}"`;
  }

  #dropped(why: "redaction-failed" | "over-budget" | "too-large", sentence: string, length: number, isProblem: boolean): Redacted {
    if (isProblem && why !== "too-large") this.#shared.report(why, sentence);
    return { text: mint(droppedMarker(why, length, this.#shared.form)), taken: [{ start: 0, end: length, type: "DROPPED", layer: "structure", rule: why, score: 1 }], names: undefined };
  }

  #subjectMap(): Readonly<Record<RedactedText, RedactedText>> | undefined {
    // Without knowledge the declarations could not be read.
    if (this.#knowledge === undefined) return undefined;
    let subject;
    for (const one of this.#declared) subject = one.subject ?? subject;
    if (subject === undefined) return undefined;
    const map: Record<RedactedText, RedactedText> = {};
    try {
      const { given, family } = namesOf(subject);
      const name = [...given, family].filter((one) => one.trim() !== "").join(" ");
      if (name !== "") map[mint("name")] = this.text(name, { signal: "metadata" });
      for (const one of identifiersOf(subject)) {
        const key = /^[A-Za-z_][A-Za-z_-]*$/.test(one.name) ? mint(one.name) : this.text(one.name, { signal: "metadata" });
        const value = one.value instanceof Date ? one.value.toISOString().slice(0, 10) : one.value;
        const taken: Taken = { start: 0, end: value.length, type: one.type, layer: "declared", rule: "declared", score: 1, ...this.#identityOf(value) };
        map[key] = mint(this.#pseudonyms.of([taken], value)[0] as string);
      }
    } catch {
      return undefined;
    }
    return map;
  }

  /** The identity the matcher gives this value, so that subject map and texts are sealed under one key. */
  #identityOf(value: string): { identity?: string } {
    const composition = this.#composition;
    if (composition === undefined) return {};
    const found = takenIn(value, { signal: "metadata" }, { ...composition, own: new OwnDetectors([], { budgetMs: 0, nowMs: () => 0 }) }).find((one) => one.identity !== undefined);
    return found?.identity === undefined ? {} : { identity: found.identity };
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Asking the system costs as much as redacting a short text, so an answer is good for a few milliseconds: a budget is a thousand. */
const SAMPLE_MS = 5;
let sample = { atMs: -Infinity, cpuMs: 0 };
function sampledCpuMs(nowMs: number): number {
  if (nowMs - sample.atMs > SAMPLE_MS) sample = { atMs: nowMs, cpuMs: cpuMs() };
  return sample.cpuMs;
}

/** What else than the text decides what is taken of it: where it stands, as far as policy and detectors look. */
function contextOf(where: Where, policy: CompiledPolicy): string {
  const path = where.path;
  if (path === undefined || path.length === 0) return where.signal;
  return policy.byPath ? `${where.signal}\0${path.join("\0")}` : `${where.signal}\0${isProtocolWord(path) ? "=" : ""}${pathKeys(path)}`;
}
/** The keys around a value, innermost first: key rules and labels look no further. */
function pathKeys(path: readonly (string | number)[]): string {
  let keys = "";
  for (let index = path.length - 1; index >= 0 && index >= path.length - MAX_STEPS; index -= 1) if (typeof path[index] === "string") keys += `${path[index] as string}\0`;
  return keys;
}

/** Names found in traces about the same people. */
function foundWith(shared: Shared, knowledge: Knowledge): FoundNames {
  let found = shared.found.get(knowledge);
  if (found === undefined) shared.found.set(knowledge, (found = new FoundNames()));
  return found;
}

/** Declarations that cannot be read are not empty: what they would have named is unknown. */
function isEmpty(declared: Declared): boolean {
  try {
    return Object.values(declared).every((value) => value === undefined);
  } catch {
    return false;
  }
}

/** Scopes that declare the same share what is compiled from it, and the cache with it. */
function knowledgeOf(shared: Shared, declared: readonly Declared[]): Knowledge | undefined {
  try {
    const wanted = declared.filter((one) => !isEmpty(one));
    const key = keyOf(wanted);
    let knowledge = shared.knowledges.get(key);
    if (knowledge === undefined) {
      knowledge = compile(wanted, { isCommon: shared.composition.match.isCommon });
      if (shared.knowledges.size >= MAX_KNOWLEDGES) shared.knowledges.delete(shared.knowledges.keys().next().value as string);
    } else shared.knowledges.delete(key);
    shared.knowledges.set(key, knowledge);
    return knowledge;
  } catch {
    shared.report("redaction-failed", "the declared values could not be read");
    return undefined;
  }
}
