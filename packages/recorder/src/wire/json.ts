/**
 * A parsed JSON value that still knows its own bytes. Decoders read bodies through it: wrong types give null, absent keys give an
 * absent `Json`, and `raw()` is the exact text that stood on the wire, where `JSON.parse` would lose a 64-bit integer's last digits,
 * a number's spelling, the order of keys and all but the last of two equal keys.
 *
 * Nothing is scanned until a `raw()` asks for it; then each level of nesting down to the value is scanned once.
 */
import { closeCut } from "./json-cut.ts";
import { elementSpans, memberSpans, skipSpace, skipValue, type Span } from "./json-scan.ts";

export class Json {
  readonly value: unknown;
  private readonly parent: Json | null;
  private readonly key: string | number;
  /** Only the root holds the text. */
  private readonly text: string | undefined;
  private children: Map<string | number, Json> | undefined;
  private spans: ReadonlyMap<string | number, Span> | undefined;

  private constructor(value: unknown, parent: Json | null, key: string | number, text: string | undefined) {
    this.value = value;
    this.parent = parent;
    this.key = key;
    this.text = text;
  }

  /** null when `text` is not one JSON value (space around it is allowed). Any depth. */
  static parse(text: string): Json | null {
    try {
      return new Json(JSON.parse(text), null, "", text);
    } catch {
      return null;
    }
  }

  /** Like `parse`, but a text that was cut off is read as far as it came. */
  static parseCut(text: string): Json | null {
    const whole = Json.parse(text);
    if (whole !== null || !/^[\ufeff\s]*[[{]/.test(text)) return whole;
    const closed = closeCut(text);
    return closed === null ? null : Json.parse(closed);
  }

  /** @param text  the JSON text `value` was parsed from; without it `raw()` falls back on `JSON.stringify` */
  static of(value: unknown, text?: string): Json {
    return new Json(value, null, "", text);
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }
  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }
  get isArray(): boolean {
    return Array.isArray(this.value);
  }
  /** The value when it is a string. */
  get string(): string | null {
    return typeof this.value === "string" ? this.value : null;
  }
  /** The value when it is a number, or a string of digits (protobuf's JSON writes 64-bit counts so); a pseudonym gives null. */
  get number(): number | null {
    if (typeof this.value === "number") return Number.isFinite(this.value) ? this.value : null;
    return typeof this.value === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(this.value) ? Number(this.value) : null;
  }
  /** A string as it is, anything else as its exact JSON text; null when absent or null. */
  get literal(): string | null {
    return this.isAbsent ? null : (this.string ?? this.raw());
  }

  /** The member, absent when this is no object or has no such own key. */
  get(...path: readonly string[]): Json {
    let at: Json = this; // eslint-disable-line typescript/no-this-alias
    for (const key of path) at = at.child(key);
    return at;
  }
  /** The first of the keys that holds something: for protocols that spell one field in two ways. */
  either(...keys: readonly string[]): Json {
    for (const key of keys) {
      const child = this.child(key);
      if (!child.isAbsent) return child;
    }
    return absent;
  }
  str(...path: readonly string[]): string | null {
    return this.get(...path).string;
  }
  num(...path: readonly string[]): number | null {
    return this.get(...path).number;
  }
  /** Elements of an array; nothing for any other value. */
  items(): readonly Json[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.child(index)) : [];
  }
  /** The element, absent when this is no array or is shorter. */
  at(index: number): Json {
    return Array.isArray(this.value) ? this.child(index) : absent;
  }
  keys(): readonly string[] {
    return this.isObject ? Object.keys(this.value as object) : [];
  }

  /** The exact JSON text of this value; the empty string when it is absent. */
  raw(): string {
    if (this.value === undefined) return "";
    const root = this.root();
    const span = root.text === undefined ? null : this.span();
    if (span !== null && root.text !== undefined) return root.text.slice(span[0], span[1]);
    try {
      return JSON.stringify(this.value) ?? "";
    } catch {
      return ""; // deeper than the stack, and no text was given to read it from
    }
  }

  private child(key: string | number): Json {
    const known = this.children?.get(key);
    if (known !== undefined) return known;
    const { value } = this;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key) || (Array.isArray(value) && typeof key === "string")) return absent;
    const child = new Json((value as Record<string | number, unknown>)[key], this, key, undefined);
    (this.children ??= new Map()).set(key, child);
    return child;
  }

  private root(): Json {
    let at: Json = this; // eslint-disable-line typescript/no-this-alias
    while (at.parent !== null) at = at.parent;
    return at;
  }

  private span(): Span | null {
    if (this.parent === null) {
      if (this.text === undefined) return null;
      const start = skipSpace(this.text, 0);
      return [start, skipValue(this.text, start)];
    }
    return this.parent.childSpans().get(this.key) ?? null;
  }

  private childSpans(): ReadonlyMap<string | number, Span> {
    if (this.spans !== undefined) return this.spans;
    const span = this.span();
    const { text } = this.root();
    if (span === null || text === undefined) return new Map();
    this.spans = this.isArray ? new Map(elementSpans(text, span[0]).entries()) : memberSpans(text, span[0]);
    return this.spans;
  }
}

export const absent: Json = Json.of(undefined);
