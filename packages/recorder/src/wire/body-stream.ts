/**
 * A streamed body, cut after its end: delta texts become slices of their channels, so that redaction runs over the assembled text; what stands
 * between them are literals that repeat from event to event and are stored once.
 *
 * An event is read in full (JSON parsed, every string shown to the protocol) only when it is new of its kind: the events after it are matched
 * against what was learned from it (`stream-template.ts`), which costs a comparison each.
 */
import { scanJson, type JsonPlace, type JsonVisitor } from "../format/json-scan.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { addCut, addText, noPieces, type HeldPieces } from "./body.ts";
import { isPlainKey, styleOf } from "./body-json.ts";
import type { StreamEvent, StreamProtocol } from "./decoder.ts";
import type { Slot, Template, Templates, Token } from "./stream-template.ts";

/** One event within the text of a stream. */
export interface StreamUnit {
  readonly name: string | null;
  /** The event's JSON: an SSE `data:` value, a line, an element of an array. */
  readonly start: number;
  readonly end: number;
  /** Set when the payload is not the text from `start` to `end` (SSE data over several lines): read, but not cut. */
  readonly payload?: string;
}
/** The channels of one stream: what each has assembled so far, numbered as they appear. */
export class Channels {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#texts.length);
    return this.#texts.push("") - 1;
  }
  add(number: number, text: string): void {
    this.#texts[number] += text;
  }
  redacted(scope: RedactionScope): RedactedText[] {
    return this.#texts.map((text) => scope.text(text, { signal: "completion" }));
  }
}

/** From this length a string of an event that is no delta is a text of its own (a prompt given back); ids and the like stay where they repeat. */
const MIN_EVENT_TEXT_UNITS = 128;

/** Line ends, field names, event names; brackets and commas of a streamed array. */
const FRAMING = /^(?:\s|data:|event: ?[\w.-]*(?=[\r\n]|$)|[[\],])*$/;

/** Cuts one text; several texts of one stream (the payloads of a binary event stream) share channels and templates. */
export class StreamSplitter {
  readonly #text: string;
  readonly #channels: Channels;
  readonly #templates: Templates;
  readonly #protocol: StreamProtocol | null;
  readonly #scope: RedactionScope;
  readonly #pieces: HeldPieces = noPieces();
  #last = 0;
  #joinable: Template | undefined;
  #joinableAt = -1;
  #joinableEnd = -1;
  /** The end of the last payload. */
  #framed = 0;
  ended = false;

  /** @param protocol  null keeps the text whole but for its long strings */
  constructor(text: string, channels: Channels, templates: Templates, protocol: StreamProtocol | null, scope: RedactionScope) {
    this.#text = text;
    this.#channels = channels;
    this.#templates = templates;
    this.#protocol = protocol;
    this.#scope = scope;
  }

  /**
   * Cut the record `[start, end)`, framing included, if it is of a kind already known.
   *
   * @returns false when it has to be read in full
   */
  match(start: number, end: number): boolean {
    const template = this.#templates.match(this.#text, start, end);
    if (template === undefined) return false;
    const { slots, held } = template;
    const { bounds } = this.#templates;
    this.#framing(start);
    // The record right before is of this kind, and the last piece ended with its last slot: what is between is known.
    let isJoined = this.#joinable === template && this.#joinableEnd === start && this.#last === this.#joinableAt;
    for (let index = 0; index < slots.length; index += 1) {
      const { kind, channel, path } = slots[index] as Slot;
      const from = bounds[index * 2] as number;
      const to = bounds[index * 2 + 1] as number;
      const literal = isJoined ? (index === 0 ? template.joined : held[index]) : undefined;
      if (kind === "channel") this.#cut(channel, from, to, literal);
      else this.#slot(kind, from, to, path, literal);
      isJoined = this.#last === to;
    }
    this.#framed = end;
    this.#joinable = template;
    this.#joinableEnd = end;
    this.#joinableAt = bounds[slots.length * 2 - 1] ?? -1;
    return true;
  }

  /** Read one event in full; `[start, end)` is its whole record, which what is learned of it will be matched against. */
  read(unit: StreamUnit, record?: { readonly start: number; readonly end: number }): void {
    this.#framing(unit.start);
    const raw = unit.payload ?? this.#text.slice(unit.start, unit.end);
    const event = eventOf(unit.name, raw);
    const isTerminal = this.#protocol?.isTerminal(event) === true;
    if (isTerminal) this.ended = true;
    if (event.json === undefined || unit.payload !== undefined) this.#verbatim(unit.start, unit.end);
    else {
      const tokens = this.#tokensOf(event, unit.start);
      const learned = tokens.map((token) => ({ ...token, isTaken: this.#token(token) }));
      if (record !== undefined && !isTerminal && this.#protocol !== null) this.#templates.learn(this.#text, record.start, record.end, learned);
    }
    this.#framed = unit.end;
  }

  end(): HeldPieces {
    this.#framing(this.#text.length);
    this.#literal(this.#text.length);
    return this.#pieces;
  }

  #tokensOf(event: StreamEvent, base: number): Token[] {
    const tokens: Token[] = [];
    const { off } = this.#scope;
    const add = (kind: Token["kind"], start: number, end: number, place: JsonPlace | undefined): void => {
      const channel = kind === "string" && end > start && place !== undefined ? (this.#protocol?.channelOf(event, place.path) ?? null) : null;
      tokens.push({
        kind: channel === null ? kind : "channel",
        start: base + start,
        end: base + end,
        channel: channel === null ? -1 : this.#channels.numberOf(channel),
        key: place?.path.at(-1) ?? "",
        path: off || place === undefined ? undefined : place.path.slice(),
        isTaken: false,
      });
    };
    const visitor: JsonVisitor = { string: (start, end, place) => add("string", start, end, place), number: (start, end, place) => add("number", start, end, place) };
    if (!off) {
      visitor.key = (start, end) => {
        if (!isPlainKey(this.#text.slice(base + start, base + end))) add("key", start, end, undefined);
      };
    }
    scanJson(event.raw ?? "", visitor);
    return tokens;
  }

  /** @returns whether redaction changed it */
  #token({ kind, start, end, channel, path }: Token): boolean {
    if (kind === "channel") this.#cut(channel, start, end, undefined);
    else if (!this.#scope.off || (kind === "string" && end - start >= MIN_EVENT_TEXT_UNITS)) return this.#ask(kind, start, end, path);
    return false;
  }

  #cut(channel: number, start: number, end: number, literal: RedactedText | undefined): void {
    this.#literal(start, literal);
    const { style, text } = styleOf(this.#text, start, end);
    this.#channels.add(channel, text);
    addCut(this.#pieces, channel, style, text.length);
    this.#last = end;
  }

  /** A value that changes from event to event stands alone, so that what is around it repeats. */
  #slot(kind: "string" | "number" | "key", start: number, end: number, path: Token["path"], literal: RedactedText | undefined): void {
    if (!this.#scope.off) {
      void this.#ask(kind, start, end, path);
      return;
    }
    this.#literal(start, literal);
    if (end > start) addText(this.#pieces, this.#scope.literal(this.#text.slice(start, end)), "verbatim");
    this.#last = end;
  }

  #ask(kind: "string" | "number" | "key", start: number, end: number, path: Token["path"]): boolean {
    if (start === end) return false;
    const where = path === undefined ? ({ signal: "completion" } as const) : ({ signal: "completion", path } as const);
    const raw = this.#text.slice(start, end);
    const { style, text } = kind === "number" ? ({ style: "number", text: raw } as const) : styleOf(this.#text, start, end);
    if (kind === "number" && !this.#scope.takesNumber(raw, where)) return false;
    const redacted = this.#scope.text(text, where);
    if (redacted === text && (kind !== "string" || end - start < MIN_EVENT_TEXT_UNITS)) return false;
    this.#literal(start);
    addText(this.#pieces, redacted, redacted === text && kind === "number" ? "verbatim" : style);
    this.#last = end;
    return redacted !== text;
  }

  /** What stands between payloads up to `end`: asked about unless it is nothing but the protocol's own words. */
  #framing(end: number): void {
    if (this.#scope.off || end <= this.#framed) return;
    const framing = this.#text.slice(this.#framed, end);
    if (!FRAMING.test(framing)) this.#verbatim(this.#framed, end);
  }

  /** A payload that is no JSON: a text of its own, so that redaction sees it. */
  #verbatim(start: number, end: number): void {
    if (start === end) return;
    this.#literal(start);
    addText(this.#pieces, this.#scope.text(this.#text.slice(start, end), { signal: "completion" }), "verbatim");
    this.#last = end;
  }

  /** @param known  the literal up to `end`, where it is at hand already */
  #literal(end: number, known?: RedactedText): void {
    if (end > this.#last) addText(this.#pieces, known ?? this.#scope.literal(this.#text.slice(this.#last, end)), "verbatim");
    this.#last = end;
  }
}

function eventOf(name: string | null, raw: string): StreamEvent {
  // `[DONE]` ends most streams: an exception would cost as much as the rest of them.
  if (raw === "[DONE]") return { name: name ?? raw, json: undefined, raw };
  try {
    return { name, json: JSON.parse(raw) as unknown, raw };
  } catch {
    return { name: name ?? raw, json: undefined, raw };
  }
}
