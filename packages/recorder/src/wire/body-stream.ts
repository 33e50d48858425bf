/**
 * A streamed body, cut after its end: delta texts become slices of their channels, so that redaction runs over the assembled text; what stands
 * between them are literals that repeat from event to event and are stored once.
 */
import { scanJson, type JsonPlace, type JsonVisitor } from "../format/json-scan.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { addCut, addText, noPieces, type HeldPieces } from "./body.ts";
import { isPlainKey, MIN_TEXT_UNITS, styleOf } from "./body-json.ts";
import type { StreamEvent, StreamProtocol } from "./decoder.ts";

/** One event's JSON within the text of a stream: an SSE `data:` value, a line, an element of an array. */
export interface StreamUnit {
  readonly name: string | null;
  readonly start: number;
  readonly end: number;
  /** Set when the payload is not the text from `start` to `end` (SSE data over several lines): read, but not cut. */
  readonly payload?: string;
}
/** Line ends, field names, event names; brackets and commas of a streamed array. */
const FRAMING = /^(?:\s|data:|event: ?[\w.-]*(?=[\r\n]|$)|[[\],])*$/;

export interface SplitStream {
  readonly pieces: HeldPieces;
  readonly channels: readonly RedactedText[];
  /** Whether the protocol's terminal event was among the units. */
  readonly ended: boolean;
}

/** The channels of one stream: what each has assembled so far, numbered as they appear. */
export class Channels {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[][] = [];

  add(name: string, text: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#texts.length;
      this.#numbers.set(name, number);
      this.#texts.push([]);
    }
    this.#texts[number]?.push(text);
    return number;
  }
  redacted(scope: RedactionScope): RedactedText[] {
    return this.#texts.map((texts) => scope.text(texts.join(""), { signal: "completion" }));
  }
}

/** @param protocol  null keeps the text whole but for its long strings */
export function splitStream(text: string, units: Iterable<StreamUnit>, protocol: StreamProtocol | null, scope: RedactionScope): SplitStream {
  const channels = new Channels();
  const splitter = new UnitSplitter(text, channels, protocol, scope);
  for (const unit of units) splitter.add(unit);
  const pieces = splitter.end();
  return { pieces, channels: channels.redacted(scope), ended: splitter.ended };
}

export class UnitSplitter {
  readonly #text: string;
  readonly #channels: Channels;
  readonly #protocol: StreamProtocol | null;
  readonly #scope: RedactionScope;
  readonly #pieces: HeldPieces = noPieces();
  #last = 0;
  /** The end of the last payload. */
  #framed = 0;
  ended = false;

  constructor(text: string, channels: Channels, protocol: StreamProtocol | null, scope: RedactionScope) {
    this.#text = text;
    this.#channels = channels;
    this.#protocol = protocol;
    this.#scope = scope;
  }

  add(unit: StreamUnit): void {
    this.#framing(unit.start);
    const raw = unit.payload ?? this.#text.slice(unit.start, unit.end);
    const event = eventOf(unit.name, raw);
    if (this.#protocol?.isTerminal(event) === true) this.ended = true;
    if (event.json === undefined || unit.payload !== undefined) {
      this.#verbatim(unit.start, unit.end);
      this.#framed = unit.end;
      return;
    }
    const base = unit.start;
    const visitor: JsonVisitor = {
      string: (start, end, place) => this.#string(event, base + start, base + end, place),
    };
    if (!this.#scope.off) {
      visitor.key = (start, end) => void (isPlainKey(raw.slice(start, end)) || this.#ask(base + start, base + end, undefined));
      visitor.number = (start, end, place) => this.#number(base + start, base + end, place);
    }
    scanJson(raw, visitor);
    this.#framed = unit.end;
  }

  end(): HeldPieces {
    this.#framing(this.#text.length);
    this.#literal(this.#text.length);
    return this.#pieces;
  }

  #string(event: StreamEvent, start: number, end: number, place: JsonPlace): void {
    if (start === end) return;
    const channel = this.#protocol?.channelOf(event, place.path) ?? null;
    if (channel !== null) {
      const { style, text } = styleOf(this.#text.slice(start, end));
      this.#literal(start);
      addCut(this.#pieces, this.#channels.add(channel, text), style, text.length);
      this.#last = end;
    } else if (!this.#scope.off || end - start >= MIN_TEXT_UNITS) this.#ask(start, end, place);
  }

  /** @param place  undefined for a key */
  #ask(start: number, end: number, place: JsonPlace | undefined): void {
    if (start === end) return;
    const { style, text } = styleOf(this.#text.slice(start, end));
    const redacted = this.#scope.text(text, place === undefined ? { signal: "completion" } : { signal: "completion", path: place.path });
    if (redacted === text && (place === undefined || end - start < MIN_TEXT_UNITS)) return;
    this.#literal(start);
    addText(this.#pieces, redacted, style);
    this.#last = end;
  }

  #number(start: number, end: number, place: JsonPlace): void {
    const where = { signal: "completion", path: place.path } as const;
    const raw = this.#text.slice(start, end);
    if (!this.#scope.takesNumber(raw, where)) return;
    this.#literal(start);
    addText(this.#pieces, this.#scope.text(raw, where), "number");
    this.#last = end;
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

  #literal(end: number): void {
    if (end > this.#last) addText(this.#pieces, this.#scope.literal(this.#text.slice(this.#last, end)), "verbatim");
    this.#last = end;
  }
}

function eventOf(name: string | null, raw: string): StreamEvent {
  try {
    return { name, json: JSON.parse(raw) as unknown, raw };
  } catch {
    return { name: name ?? raw, json: undefined, raw };
  }
}
