/** A redaction scope: what one trace's texts go through. The last stop before the journal; the only caller of `mint`. */
import { performance } from "node:perf_hooks";
import { droppedMarker, escapeBrackets, isMarker, type PseudonymForm } from "../format/pseudonym.ts";
import { jsonOf } from "../format/json-of.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { TextCache } from "./cache.ts";
import { labelOf, takenIn, type Composition } from "./compose.ts";
import { compile, identifiersOf, keyOf, namesOf, type Knowledge } from "./declared/knowledge.ts";
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
  readonly report: (why: "redaction-failed" | "over-budget", sentence: string) => void;
}

/** One text with what was taken of it, for people who check a policy. */
export interface Explained {
  readonly text: RedactedText;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string; readonly layer: Taken["layer"]; readonly rule: string }[];
}

const MAX_KNOWLEDGES = 256;
const MAX_CACHED = 4_194_304;

export class Scope implements RedactionScope {
  readonly off = false;
  readonly #shared: Shared;
  readonly #declared: readonly Declared[];
  readonly #knowledge: Knowledge | undefined;
  readonly #pseudonyms: Pseudonyms;
  readonly #composition: Composition | undefined;
  #subject: Readonly<Record<RedactedText, RedactedText>> | null | undefined = null;

  constructor(shared: Shared, pseudonyms: Pseudonyms, declared: readonly Declared[]) {
    this.#shared = shared;
    this.#pseudonyms = pseudonyms;
    this.#declared = declared;
    this.#knowledge = knowledgeOf(shared, declared);
    this.#composition = this.#knowledge === undefined ? undefined : { ...shared.composition, knowledge: this.#knowledge };
  }

  get cacheKey(): unknown {
    return this.#texts ?? this;
  }

  text(raw: string, where: Where): RedactedText {
    if (raw === "") return mint("");
    const composition = this.#composition;
    if (composition === undefined || raw.length > MAX_CACHED) return this.#explained(raw, where).text;
    // What else than the text decides: the rule where it stands, the label detectors see, and the path when policy reads paths inside it.
    const path = where.path ?? [];
    const rule = composition.policy.ruleFor(where.signal, path);
    const context = `${typeof rule === "object" ? rule.take : rule}\0${composition.policy.byPath ? path.join("\0") : (labelOf(path) ?? "")}\0${where.signal}`;
    const known = this.#shared.cache.get(this.#texts, context, raw);
    if (known !== undefined) return known;
    const redacted = this.#explained(raw, where).text;
    if (!isMarker(redacted)) this.#shared.cache.set(this.#texts, context, raw, redacted);
    return redacted;
  }

  /** Pseudonyms that join within one trace only make texts of that trace only. */
  get #texts(): unknown {
    return this.#shared.linkability === "call" ? this.#pseudonyms : this.#knowledge;
  }

  /** As `text`, with the spans. */
  explain(raw: string, where: Where): Explained {
    return this.#explained(raw, where);
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

  literal(raw: string): RedactedText {
    return mint(raw);
  }

  takesNumber(raw: string, where: Where): boolean {
    const composition = this.#composition;
    if (composition === undefined) return true;
    const rule = composition.policy.ruleFor(where.signal, where.path ?? []);
    if (rule !== "detect") return rule !== "keep" || raw.length >= 4;
    return raw.length >= 4 && this.text(raw, where) !== raw;
  }

  get subject(): Readonly<Record<RedactedText, RedactedText>> | undefined {
    if (this.#subject === null) this.#subject = this.#subjectMap();
    return this.#subject;
  }

  with(declared: Declared): RedactionScope {
    return new Scope(this.#shared, this.#pseudonyms.forCall(), [...this.#declared, declared]);
  }

  #explained(raw: string, where: Where): Explained {
    const { maxTextBytes, budgetMs } = this.#shared;
    if (raw.length > maxTextBytes) return this.#dropped("too-large", "", raw.length, false);
    const composition = this.#composition;
    if (composition === undefined) return this.#dropped("redaction-failed", "the declared values could not be read", raw.length, true);
    try {
      const startedMs = performance.now();
      const taken = takenIn(raw, where, composition);
      if (performance.now() - startedMs > budgetMs * Math.max(1, raw.length / 1_048_576)) return this.#dropped("over-budget", "a text took longer than its budget", raw.length, true);
      return { text: mint(this.#written(raw, taken)), spans: taken.map(({ start, end, type, layer, rule }) => ({ start, end, type, layer, rule })) };
    } catch (cause) {
      // Nothing of the cause is passed on: its message may hold the text.
      return cause instanceof RedactionStopped ? this.#dropped(cause.why, cause.message, raw.length, true) : this.#dropped("redaction-failed", "redaction failed on a text", raw.length, true);
    }
  }

  #written(raw: string, taken: readonly Taken[]): string {
    const { form } = this.#shared;
    if (taken.length === 0) return escapeBrackets(raw, form);
    const replaced = taken.filter((one) => one.dropped === undefined);
    const pseudonyms = this.#pseudonyms.of(replaced, raw);
    let written = "";
    let at = 0;
    let next = 0;
    for (const one of taken) {
      if (one.start > at) written += escapeBrackets(raw.slice(at, one.start), form);
      if (one.dropped === undefined) written += pseudonyms[next++] as string;
      else {
        const marker = droppedMarker("policy", one.end - one.start, form);
        written += one.quote === undefined ? marker : `${one.quote}"${marker}${one.quote}"`;
      }
      at = one.end;
    }
    return at < raw.length ? written + escapeBrackets(raw.slice(at), form) : written;
  }

  #dropped(why: "redaction-failed" | "over-budget" | "too-large", sentence: string, length: number, isProblem: boolean): Explained {
    if (isProblem && why !== "too-large") this.#shared.report(why, sentence);
    return { text: mint(droppedMarker(why, length, this.#shared.form)), spans: [{ start: 0, end: length, type: "DROPPED", layer: "structure", rule: why }] };
  }

  #subjectMap(): Readonly<Record<RedactedText, RedactedText>> | undefined {
    let subject;
    for (const one of this.#declared) subject = one.subject ?? subject;
    if (subject === undefined || this.#knowledge === undefined) return undefined;
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

/** Scopes that declare the same share what is compiled from it, and the cache with it. */
function knowledgeOf(shared: Shared, declared: readonly Declared[]): Knowledge | undefined {
  try {
    const wanted = declared.filter((one) => Object.values(one).some((value) => value !== undefined));
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
