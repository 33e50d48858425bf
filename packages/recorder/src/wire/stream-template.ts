/**
 * What is the same from event to event of a stream, learned as it comes. Most events differ from the one before in their delta alone, some in a counter or a
 * random filler too: a template is the text around those slots, and a record that fits it needs no parsing.
 */
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";

/** A key or scalar of an event's JSON, with its place in the stream's text. */
export interface Token {
  readonly kind: "string" | "number" | "key" | "channel";
  readonly start: number;
  readonly end: number;
  /** The channel's number; -1 when the token is none's. */
  readonly channel: number;
  readonly key: string | number;
  /** Kept only where redaction asks for it. */
  readonly path: readonly (string | number)[] | undefined;
  /** Redaction changed it: it has to be asked about each time. */
  readonly isTaken: boolean;
}
export interface Slot {
  readonly kind: Token["kind"];
  readonly channel: number;
  readonly path: Token["path"];
}
export interface Template {
  readonly slots: readonly Slot[];
  /** Raw text before each slot, from the record's start, and behind the last one to its end. */
  readonly literals: readonly string[];
  /** The same for the journal: made once, looked up by identity from then on. */
  readonly held: readonly RedactedText[];
  /** What stands between the last slot of a record and the first of the next of its kind. */
  readonly joined: RedactedText;
}

/** Templates tried on each record, latest first. */
const TRIED = 8;
/** Kinds of event remembered. */
const KINDS = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

interface Kind {
  readonly values: readonly string[];
  readonly isVolatile: boolean[];
  template: Template;
}

export class Templates {
  /** Start and end of each slot of the record matched last. */
  readonly bounds: number[] = [];
  readonly #scope: RedactionScope;
  readonly #kinds = new Map<string, Kind>();
  readonly #latest: Template[] = [];

  constructor(scope: RedactionScope) {
    this.#scope = scope;
  }

  /** The template the record `[start, end)` fits, with `bounds` set. */
  match(text: string, start: number, end: number): Template | undefined {
    const latest = this.#latest;
    for (let index = 0; index < latest.length; index += 1) {
      const template = latest[index] as Template;
      if (!this.#fits(template, text, start, end)) continue;
      if (index > 0) {
        latest.splice(index, 1);
        latest.unshift(template);
      }
      return template;
    }
    return undefined;
  }

  /** A record that fitted no template was read in full. */
  learn(text: string, start: number, end: number, tokens: readonly Token[]): void {
    const name = kindOf(text, start, end, tokens);
    const known = this.#kinds.get(name);
    if (known === undefined) {
      if (this.#kinds.size >= KINDS) return;
      const isVolatile = tokens.map(() => false);
      const template = this.#template(text, start, end, tokens, isVolatile);
      this.#kinds.set(name, { values: tokens.map((token) => text.slice(token.start, token.end)), isVolatile, template });
      this.#latest.unshift(template);
    } else {
      tokens.forEach((token, index) => {
        if (text.slice(token.start, token.end) !== known.values[index]) known.isVolatile[index] = true;
      });
      const at = this.#latest.indexOf(known.template);
      if (at >= 0) this.#latest.splice(at, 1);
      known.template = this.#template(text, start, end, tokens, known.isVolatile);
      this.#latest.unshift(known.template);
    }
    if (this.#latest.length > TRIED) this.#latest.pop();
  }

  #template(text: string, start: number, end: number, tokens: readonly Token[], isVolatile: readonly boolean[]): Template {
    const slots: Slot[] = [];
    const literals: string[] = [];
    let last = start;
    tokens.forEach((token, index) => {
      if (token.kind !== "channel" && !token.isTaken && isVolatile[index] !== true) return;
      slots.push({ kind: token.kind, channel: token.channel, path: token.path });
      literals.push(text.slice(last, token.start));
      last = token.end;
    });
    literals.push(text.slice(last, end));
    return { slots, literals, held: literals.map((literal) => this.#scope.literal(literal)), joined: this.#scope.literal((literals.at(-1) ?? "") + (literals[0] ?? "")) };
  }

  #fits({ slots, literals }: Template, text: string, start: number, end: number): boolean {
    const { bounds } = this;
    let at = start;
    for (let index = 0; index < slots.length; index += 1) {
      const literal = literals[index] as string;
      if (!isAt(text, literal, at)) return false;
      at += literal.length;
      bounds[index * 2] = at;
      at = (slots[index] as Slot).kind === "number" ? endOfNumber(text, at) : endOfString(text, at);
      if (at < 0 || at > end) return false;
      bounds[index * 2 + 1] = at;
    }
    const tail = literals[slots.length] as string;
    return at + tail.length === end && isAt(text, tail, at);
  }
}

/** `startsWith` compares unit by unit in V8, 30 times slower than the equality of a slice. */
const isAt = (text: string, literal: string, at: number): boolean => text.slice(at, at + literal.length) === literal;

/** Records of one kind have the same text but for their scalars, the same channels, and the same scalars where those say what the event is. */
function kindOf(text: string, start: number, end: number, tokens: readonly Token[]): string {
  let name = "";
  let last = start;
  for (const token of tokens) {
    name += text.slice(last, token.start);
    name += token.channel >= 0 ? `\0${token.channel}` : saysWhat(token.key) ? text.slice(token.start, token.end) : `\0${token.kind}`;
    last = token.end;
  }
  return name + text.slice(last, end);
}
const saysWhat = (key: string | number): boolean => typeof key === "string" && /(?:^|_|[a-z])(?:index|Index|type|Type)$|^(?:role|event|status|finish_reason|finishReason|stop_reason|done_reason)$/.test(key);

/** The offset of the quote that ends a string's inside, or -1. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end > from && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = 1;
    while (end - slashes > from && text.charCodeAt(end - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return end;
}
/** The offset after what looks like a number; -1 for a string in its place. */
function endOfNumber(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (!((unit >= 0x30 && unit <= 0x39) || unit === 0x2e || unit === 0x2d || unit === 0x2b || unit === 0x65 || unit === 0x45)) break;
    at += 1;
  }
  return at === from || text.charCodeAt(from) === QUOTE ? -1 : at;
}
